"""What the card says on a wall: tags that both networks read whole, three reasons, in the event's languages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.database import Database
from app.domain.events import create_event
from app.models import Event, EventState
from tests.conftest import NOW
from tests.server import Running, serving

OWN = ["Ask from your kitchen.", "", "Words stay."]


@pytest.fixture
async def running(sqlite: Database, tmp_path: Path) -> AsyncIterator[Running]:
    store = f"sqlite+aiosqlite:///{tmp_path}/only.sqlite"
    async with serving(store, tmp_path, public_url="https://wall.example") as it:
        async with it.database.transaction() as db:
            await create_event(
                db, "harbour", "Harbour Talks", ["HarbourTalks", "ht27"], NOW, time_zone="Europe/Berlin",
                languages=["de", "en-GB", "ar"], starts_at=datetime(2027, 6, 11, 7, tzinfo=UTC),
                ends_at=datetime(2027, 6, 12, 22, tzinfo=UTC), reasons={"en": OWN},
            )  # fmt: skip
        yield it


async def told(running: Running, **headers: str) -> dict[str, Any]:
    async with running.visitor(None, headers=headers) as visitor:
        answer = await visitor.get("/harbour/wall/card.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def change(running: Running, **fields: Any) -> None:
    async with running.database.transaction() as db:
        event = await db.get_one(Event, 1)
        for name, value in fields.items():
            setattr(event, name, value)


async def test_every_language_of_the_event_that_the_house_speaks_has_a_face(running: Running) -> None:
    faces = (await told(running))["faces"]
    assert [face["lang"] for face in faces] == ["de", "en"]
    assert faces[0]["words"]["here"] == "Hier ist ein Hashtag." and faces[1]["words"]["here"] == "Here is a hashtag."
    assert faces[0]["when"] == "11.–12. Juni 2027" and faces[1]["when"] == "11–12 June 2027"


async def test_the_organisers_reasons_stand_there_and_where_they_gave_none_good_ones(running: Running) -> None:
    german, english = (await told(running))["faces"]
    assert english["reasons"] == ["Ask from your kitchen.", "Words stay."]
    assert len(german["reasons"]) == 3 and "schüchtern" in " ".join(german["reasons"])


async def test_an_event_in_no_language_of_the_house_speaks_the_readers(running: Running) -> None:
    await change(running, languages=["ar"])
    assert [face["lang"] for face in (await told(running, **{"accept-language": "de"}))["faces"]] == ["de"]


async def test_only_tags_that_are_one_tag_on_both_networks_are_shown(running: Running) -> None:
    await change(running, tags=["harbour-talks", "HarbourTalks", "ht27", "Hafen", "Reden"])
    assert (await told(running))["tags"] == ["HarbourTalks", "ht27", "Hafen"]
    await change(running, tags=["740"])  # nothing works: then what people write
    assert (await told(running))["tags"] == ["740"]


async def test_people_read_the_address_they_can_type(running: Running) -> None:
    assert (await told(running))["address"] == "wall.example/harbour/say"


async def test_a_draft_is_nobodys_business(running: Running) -> None:
    await change(running, state=EventState.DRAFT)
    async with running.visitor(None) as visitor:
        assert (await visitor.get("/harbour/wall/card.json")).status_code == 404
