"""What the API answers with, in words a program's author can read: the wire's post and event (docs/wire.md), and around
them. Owns no values: they come from app/domain/view.py and session_view.py.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

NetworkName = Literal["mastodon", "bluesky", "form"]


class Problem(BaseModel):
    error: str = Field(description="One sentence a person understands.")


class Event(BaseModel):
    slug: str = Field(description="Its address here: /{slug}.")
    title: str
    subtitle: str
    tags: list[str] = Field(description="Its hashtags as written, without #. The first is the one to show.")
    rehearsal: bool = Field(description="Everybody and everything in it is made up.")
    frozen: bool = Field(description="Screens show their holding card.")
    blank: bool = Field(description="Screens are dark.")
    state: Literal["rehearsal", "live", "archived"]
    erased: str | None = Field(description="The day on which everything said here was erased.")
    languages: list[str]
    time_zone: str


class Events(BaseModel):
    events: list[Event] = Field(description="Every public event, the newest first.")


class Author(BaseModel):
    id: int | None = Field(description="Null for somebody who gave no name.")
    name: str = Field(description='"" for somebody who gave no name.')
    handle: str = Field(description='"@user@host", "name.example", or "".')
    url: str | None = Field(description="Their profile on their own network.")
    voice: bool = Field(description="The event itself speaks: whoever moderates it answers under its name.")


class Media(BaseModel):
    kind: Literal["image", "video", "gifv", "audio", "unknown"]
    src: str | None = Field(description="Our copy, an address here; null while it is not here.")
    srcset: str = Field(description='The same in several widths, as HTML has it, or "".')
    alt: str | None = Field(description="Its description, by its author.")
    width: int | None
    height: int | None
    focus: str = Field(description='Where to look: "", "top", "bottom left", one of nine.')
    colour: str | None = Field(description='Its average, "#rrggbb".')


class Card(BaseModel):
    url: str
    title: str
    description: str
    host: str


class Poll(BaseModel):
    choices: list[str]
    multiple: bool


class Quote(BaseModel):
    state: Literal["accepted", "gone"]
    name: str
    words: list[dict[str, Any]]
    url: str | None


class Parent(BaseModel):
    id: int
    name: str


class Belonging(BaseModel):
    id: int
    title: str
    url: str
    closed: bool = Field(description="Do not record: such posts have no media and no quote.")
    how: Literal["tag", "variant", "parent", "card", "time", "said"] = Field(description="How we know.")


class Post(BaseModel):
    id: int
    order: str = Field(description="Its place on the strand: compare as strings.")
    at: str = Field(description="When it was said: ISO 8601, UTC.")
    time: str = Field(description="The same as HH:MM in the event's time zone.")
    day: str = Field(description="YYYY-MM-DD in the event's time zone.")
    author: Author
    networks: list[NetworkName] = Field(description="Every network it was seen on, the original's first.")
    url: str = Field(description="Its page here.")
    original: str | None = Field(description="Its page there.")
    lang: str | None = Field(description="Its language, as the author said.")
    dir: Literal["ltr", "rtl"]
    words: list[dict[str, Any]] = Field(
        description="Segments: {t: text | link | mention | hashtag | emoji | quote | code | break, text, href, parts}. "
        "A custom emoji has src, width and height where its picture is kept here."
    )
    cover: str | None = Field(description="Its content warning: words and media lie under it.")
    sensitive: bool = Field(description="Its media are marked: they and their descriptions belong under a cover.")
    media: list[Media]
    card: Card | None = Field(description="A link it carries.")
    poll: Poll | None
    quote: Quote | None
    reply_to: Parent | None = Field(description="A post here that it answers.")
    session: Belonging | None = Field(description="The scheduled talk it belongs to.")
    question: bool
    first: bool = Field(description="Its author's first here.")
    late: bool = Field(description="Arrived long after it was said.")
    edited: bool
    bridged: bool = Field(description="A bridge's copy that stands in for an original we have not.")


class Posts(BaseModel):
    posts: list[Post] = Field(description="Oldest first.")
    older: str | None = Field(description="The address of the stretch before this one.")
    newer: str | None = Field(description="The address of the stretch after this one.")


class Answers(BaseModel):
    posts: list[Post] = Field(description="What answers it, oldest first.")


class Session(BaseModel):
    id: int
    title: str
    url: str = Field(description="Its page here.")
    at: str = Field(description="When it begins: ISO 8601, UTC.")
    day: str
    time: str = Field(description="HH:MM in the event's time zone.")
    until: str
    room: str
    speakers: list[str]
    languages: list[str]
    track: str
    kind: str
    abstract: list[str] = Field(description="Paragraphs.")
    original: str | None = Field(description="Its page in the organiser's schedule.")
    closed: bool = Field(description="Do not record.")
    tags: list[str] = Field(description="What to write to be heard in it, with #.")
    cancelled: bool
    when: Literal["past", "now", "next"]


class Sessions(BaseModel):
    sessions: list[Session] = Field(description="In order of their beginning.")


class Person(BaseModel):
    author: Author
    addresses: list[Author] = Field(description="Every address they proved to be theirs and spoke from here.")
    first_post: int = Field(description="The first that everybody may read of them.")
    at: str = Field(description="When they came: ISO 8601, UTC.")


class Met(BaseModel):
    people: list[Author] = Field(description="In the order in which it happened. Several addresses of one are one.")
    nameless: bool = Field(description="And somebody who gave no name.")


class Somebody(BaseModel):
    author: Author = Field(description="As they first spoke here.")
    addresses: list[Author] = Field(description="Every address they proved to be theirs and spoke from here.")
    posts: str = Field(description="The address of what they said, from all of these.")
    answered: Met = Field(description="Whom they answered.")
    answered_by: Met = Field(description="Who answered them.")


class People(BaseModel):
    people: list[Person] = Field(description="In the order in which they came. Nobody is counted.")
    newer: str | None = Field(description="The address of those who came after.")
