"""All posts made by hand, for everything that looks at how a post is drawn. Names of cases say what they are about."""

from __future__ import annotations

from tests.design.making import EVENT, Post, picture, plain, text
from tests.design.parts import PARTS
from tests.design.people import PEOPLE

CASES: dict[str, Post] = {**PEOPLE, **PARTS}
POSTS: list[Post] = sorted(CASES.values(), key=lambda post: post["order"])  # as a strand has them

__all__ = ["CASES", "EVENT", "POSTS", "Post", "picture", "plain", "text"]
