"""Rich text, held to the answers of Bluesky's own detector."""

from __future__ import annotations

import json

import pytest

from ingest.rehearsal import Rehearsal, facets
from ingest.rehearsal.script import conference
from ingest.types import Network
from tests.ingest.rehearsal.conftest import FIXTURES

VECTORS = json.loads((FIXTURES / "bluesky" / "hashtag_detection.vectors.json").read_bytes())


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["text"][:20] for vector in VECTORS])
def test_tags_are_those_the_official_detector_finds(vector: dict[str, object]) -> None:
    found = [
        {"tag": facet["features"][0]["tag"], **facet["index"]}
        for facet in facets.detect(str(vector["text"]), {})
        if "tag" in facet["features"][0]
    ]
    assert found == vector["tags"]


async def test_every_scripted_post_reports_the_tags_and_mentions_its_line_names(played: Rehearsal) -> None:
    for post in played.world.on(Network.BLUESKY):
        record = next(
            event.body["record"]
            for event in reversed(played.jetstream.log.events)
            if event.body.get("rkey") == post.rkey and "record" in event.body
        )
        features = [facet["features"][0] for facet in record.get("facets", [])]
        assert [f["tag"] for f in features if "tag" in f] == list(post.tags), post.id
        assert [f["did"] for f in features if "did" in f] == [who.did for who in post.mentions], post.id


def test_offsets_are_bytes_and_cut_out_the_word() -> None:
    for line in conference().posts.values():
        for facet in facets.detect(line.text, {}):
            index = facet["index"]
            word = line.text.encode()[index["byteStart"] : index["byteEnd"]].decode()
            assert word[0] in "#＃" or "." in word


def test_a_bare_address_is_a_link_without_the_full_stop_after_it() -> None:
    (facet,) = facets.detect("Look: example.org/ramps/nine.csv.", {})
    assert facet["features"][0]["uri"] == "https://example.org/ramps/nine.csv"


def test_a_handle_that_does_not_resolve_is_no_mention() -> None:
    dids = {"bo.sky.example": "did:plc:bo"}
    found = facets.detect("@bo.sky.example and @silke@tide.example, @nobody.sky.example", dids)
    assert [facet["features"][0].get("did") for facet in found] == ["did:plc:bo"]
