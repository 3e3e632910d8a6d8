"""Settings of the installation, from STRAND_* in the environment. What belongs to an event lives in the database."""

from __future__ import annotations

import importlib.util
import logging
import os
import secrets
from functools import cached_property
from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from app.errors import Misconfigured


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="STRAND_", extra="ignore", frozen=False)

    database_url: str = Field(
        "", description="Empty: SQLite in the data folder. Else postgres://user:password@host/name."
    )
    public_url: str = Field("", description="The address people open, without a slash at the end. Empty: as they came.")
    secret_key: str = Field("", description="Signs and seals. Empty: made once, kept in the data folder, mode 0600.")
    data_dir: Path = Field(Path("data"), description="Database, pictures and the secret key.")
    trusted_proxies: str = Field("", description="Addresses whose X-Forwarded-* headers count, with commas.")
    smtp_url: str = Field("", description="smtp://user:password@host:port for mail. Empty: no mail is sent.")
    allowed_private_hosts: str = Field(
        "", description="host or host:port, with commas: private addresses that may be read, also in the clear."
    )
    security_contact: str = Field(
        "", description="A mail address, or one with https://, for whoever finds a hole. Empty: no security.txt."
    )
    media_quota_mb: int = Field(2_000, ge=1, description="How much room pictures may take, in megabytes.")
    metrics_token: str = Field("", description="Who may read /metrics. Empty: this machine alone.")
    log_level: str = Field("info", description="debug, info, warning or error.")

    @field_validator("public_url")
    @classmethod
    def _no_slash(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("STRAND_PUBLIC_URL must begin with http:// or https://")
        return value.rstrip("/")

    @field_validator("security_contact")
    @classmethod
    def _one_word(cls, value: str) -> str:
        if any(c.isspace() or not c.isprintable() for c in value):
            raise ValueError("STRAND_SECURITY_CONTACT is one address, without spaces")
        return value

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in logging.getLevelNamesMapping():
            raise ValueError("say debug, info, warning or error")
        return value

    @cached_property
    def database(self) -> str:
        """The SQLAlchemy address, with an async driver."""
        if not self.database_url:
            return f"sqlite+aiosqlite:///{(self.data_dir / 'strand.sqlite').resolve()}"
        for plain in ("postgres://", "postgresql://"):
            if self.database_url.startswith(plain):
                if importlib.util.find_spec("asyncpg") is None:
                    raise Misconfigured("PostgreSQL needs one more package: pip install asyncpg.")
                return self._checked("postgresql+asyncpg://" + self.database_url.removeprefix(plain))
        if self.database_url.startswith("sqlite:///"):
            return self._checked("sqlite+aiosqlite:///" + self.database_url.removeprefix("sqlite:///"))
        raise Misconfigured("STRAND_DATABASE_URL must begin with postgres://, postgresql:// or sqlite:///.")

    @staticmethod
    def _checked(url: str) -> str:
        try:
            make_url(url)
        except (ArgumentError, ValueError) as error:  # the second: a port that is none
            raise Misconfigured("STRAND_DATABASE_URL is not an address a database can be found at.") from error
        return url

    @cached_property
    def key(self) -> str:
        """The secret everything is signed and sealed with; made on first use where none is set."""
        if self.secret_key:
            return self.secret_key
        path = self.data_dir / "secret.key"
        if not path.exists():
            self.data_dir.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(32))
        return path.read_text().strip()

    @property
    def private_hosts(self) -> tuple[str, ...]:
        return tuple(h.strip() for h in self.allowed_private_hosts.split(",") if h.strip())

    @property
    def proxies(self) -> tuple[str, ...]:
        return tuple(p.strip() for p in self.trusted_proxies.split(",") if p.strip())
