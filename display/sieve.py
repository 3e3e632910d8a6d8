"""What the head of the strand offers: what narrows it and how to take that away again, and what there is to choose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from babel.dates import format_date

from app.domain.schedule.agenda import Named
from app.domain.strand.reading import Choices
from app.models import Event
from display.filters import Asked, address
from display.languages import calendar, language_name, short_moment

Options = list[tuple[str, str]]  # value and word
NETWORKS = ("mastodon", "bluesky", "form")
MOST_DAYS = 31  # of a list; an event without end has a field for the date
ON_ITS_OWN = ("questions", "pictures")  # a tap each; the others are chosen from lists


def sieve(
    event: Event, asked: Asked, choices: Choices, talks: Sequence[Named], author: str, strings: dict[str, str],
    locale: str,
) -> dict[str, Any]:  # fmt: skip
    """`author`: the name of whoever `asked.filters.author` is, as the posts say it."""
    words = _words(asked, talks, author, strings, locale)
    return {
        "typed": asked.typed,
        "chips": [
            {"name": name, "word": words[name], "without": address(event.slug, asked.without(name))}
            for name in asked.active()
        ],
        "everything": address(event.slug, _order(asked)),
        "taps": [(name, bool(asked.typed[name]), _tapped(event.slug, asked, name)) for name in ON_ITS_OWN],
        "tags": _with_chosen([(tag, f"#{tag}") for tag in choices.tags], asked.typed["tag"]),
        "languages": _with_chosen(
            _named(choices.languages, lambda code: language_name(code, locale)), asked.typed["language"]
        ),
        "networks": [(n, strings[n]) for n in NETWORKS if n in {*choices.networks, asked.typed["network"]}],
        "talks": [(str(t.id), f"{short_moment(t.starts_at.astimezone(event.zone), locale)} {t.title}") for t in talks],
        "days": _days(event, talks, locale, asked.typed["day"]),
        "chosen": bool({"tag", "language", "network"}.intersection(asked.active())),
        "kept": asked.kept(),
        "oldest": address(event.slug, asked.kept(), order="oldest"),
        "newest": address(event.slug, asked.kept(), order="newest"),
    }  # fmt: skip


def _words(asked: Asked, talks: Sequence[Named], author: str, strings: dict[str, str], locale: str) -> dict[str, str]:
    typed = asked.typed
    titles = {str(talk.id): talk.title for talk in talks}
    return {
        "q": typed["q"],
        "tag": "#" + asked.filters.tag,
        "language": language_name(typed["language"], locale),
        "network": strings.get(typed["network"], typed["network"]),
        "pictures": "",
        "questions": "",
        "session": titles.get(typed["session"], ""),
        "author": author,
    }


def _days(event: Event, talks: Sequence[Named], locale: str, chosen: str) -> Options:
    """The event's own days, else those of its talks; none where there are too many to choose from."""
    days = sorted({talk.starts_at.astimezone(event.zone).date() for talk in talks})
    if event.starts_at:
        first = event.starts_at.astimezone(event.zone).date()
        last = max(first, (event.ends_at or event.starts_at).astimezone(event.zone).date())
        days = [first + timedelta(days=n) for n in range(min((last - first).days, MOST_DAYS) + 1)]
    if not days or len(days) > MOST_DAYS:
        return []
    return _with_chosen([(f"{day}", _day(day, locale)) for day in days], chosen)


def _day(day: date, locale: str) -> str:
    return str(format_date(day, "EE d. MMMM" if locale == "de" else "EE d MMMM", calendar(locale)))


def _order(asked: Asked) -> dict[str, str]:
    return {key: value for key, value in asked.kept().items() if key == "order"}


def _tapped(slug: str, asked: Asked, name: str) -> str:
    return address(slug, asked.without(name)) if asked.typed[name] else address(slug, asked.kept(), **{name: "yes"})


def _named(values: Sequence[str], word: Callable[[str], str]) -> Options:
    return sorted(((value, word(value)) for value in values), key=lambda pair: pair[1].casefold())


def _with_chosen(options: Options, chosen: str) -> Options:
    """What was asked for stays chosen in its list, also where nothing has it."""
    known = chosen in {value for value, _ in options}
    return options if known or not chosen else [*options, (chosen, chosen)]
