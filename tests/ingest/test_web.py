"""What was written into the form is a post like any other."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ingest.text.segments import plain
from ingest.types import Address, IncomingAttachment, IncomingPost, Network
from ingest.web import incoming_post

NOW = datetime(2027, 6, 11, 9, 0, tzinfo=UTC)


def written(**given: Any) -> IncomingPost:
    return incoming_post(
        **{"token": "k7", "author_key": "a1", "text": "Hello #Wall https://e.example/", "posted_at": NOW} | given
    )


def test_it_has_an_address_of_its_own_and_a_person_behind_it() -> None:
    post = written(name="  Hanne\u202e  Boldt ")
    assert (post.uri, post.address) == ("strand:form/k7", Address(Network.FORM, "", "k7"))
    assert (post.author.uri, post.author.name, post.author.handle) == ("strand:form/author/a1", "Hanne Boldt", "")
    assert post.public


def test_words_links_and_tags_are_read() -> None:
    post = written()
    assert plain(post.segments) == "Hello #Wall https://e.example/"
    assert post.tags == {"wall"}


def test_what_the_person_said_about_it_is_kept() -> None:
    picture = IncomingAttachment("image", "https://wall.example/1.jpg", alt="A boat")
    post = written(
        lang="de", question=True, in_room=True, card_code="C7", attachments=[picture], reply_to_uri="at://x", name=""
    )
    assert (post.lang, post.question, post.in_room, post.card_code) == ("de", True, True, "C7")
    assert (post.attachments, post.reply_to_uri, post.author.name) == ((picture,), "at://x", "")


def test_the_same_token_with_other_words_is_an_edit() -> None:
    first, second = written(), written(text="Hello", edited_at=NOW)
    assert first.uri == second.uri
    assert first.version != second.version
    assert written().version == first.version


def test_a_warning_covers_it() -> None:
    post = written(content_warning="Blood")
    assert (post.content_warning, post.sensitive) == ("Blood", True)
