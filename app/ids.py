"""The numbers that addresses and forms name things by. Beyond what a store counts to, there is nothing to look for."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Path, Query

from app.domain.view import MOST

Id = Annotated[int, Path(ge=1, le=MOST)]
FormId = Annotated[int, Form(ge=1, le=MOST)]
Count = Annotated[int, Query(ge=0, le=MOST)]
