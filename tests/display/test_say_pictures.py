"""Pictures in the form: taken with their descriptions, re-encoded, and never lost where one of them is no good."""

from __future__ import annotations

import asyncio
import io

import httpx
import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.domain.posts import pictures
from app.encoder import Encoder
from app.models import Attachment, Event, Media, Post
from app.shelf import Shelf
from app.tray import Tray
from display import typed, uploads
from tests.app.jobs import drawings
from tests.app.jobs.drawings import DUSK, SEA, jpeg
from tests.display.phone import Form, Phone, told
from tests.server import Running


async def attachments(served: Running) -> list[Attachment]:
    async with served.database.reading() as db:
        wanted = select(Attachment).options(selectinload(Attachment.media)).order_by(Attachment.position)
        return list(await db.scalars(wanted))


async def posts(served: Running) -> list[Post]:
    async with served.database.reading() as db:
        return list(await db.scalars(select(Post)))


def opened(served: Running, media: Media) -> Image.Image:
    body = Shelf(served.app.state.strand.settings.data_dir).get(f"{media.id}.webp")
    assert body is not None
    return Image.open(io.BytesIO(body))


async def test_four_pictures_come_with_their_descriptions_in_order(served: Running, phone: Phone) -> None:
    colours = [(200, 10 * n, 40) for n in range(1, 5)]
    files = {f"picture{n}": jpeg((60 + n, 40), above=colour) for n, colour in enumerate(colours, 1)}
    answer = await phone.say("Four of them", files=files, alt1="One", alt2=" ", alt3="Three\nlines", alt4="Vier ü")
    assert answer.status_code == 303, told(answer)
    found = await attachments(served)
    assert [a.alt for a in found] == ["One", None, "Three lines", "Vier ü"]
    assert [a.media.width for a in found if a.media] == [61, 62, 63, 64]
    assert all(a.remote_url == f"upload:{a.media_id}" for a in found)
    page = await phone._web.get("/harbour")
    assert page.text.count("/media-files/") >= 4 and 'alt="Vier ü"' in page.text


async def test_what_a_phone_hides_in_a_photo_is_gone_and_it_stands_upright(served: Running, phone: Phone) -> None:
    body = drawings.jpeg_from_a_phone(6)
    assert b"Exif" in body
    assert (await phone.say("From my phone", files={"picture1": body})).status_code == 303
    (attachment,) = await attachments(served)
    assert attachment.media is not None
    image = opened(served, attachment.media)
    assert not image.getexif() and "exif" not in image.info and "xmp" not in image.info
    assert image.height > image.width or image.width > image.height
    encoder = Encoder()
    upright = await encoder.encode(body)
    await encoder.close()
    assert image.size == (upright.width, upright.height)


async def test_a_photo_of_twelve_megabytes_is_taken(served: Running, phone: Phone) -> None:
    body = jpeg((4000, 3000)) + bytes(12_000_000)
    answer = await phone.say("Large", files={"picture1": body, "picture2": jpeg()})
    assert answer.status_code == 303, told(answer)
    first, second = await attachments(served)
    assert first.media is not None and (first.media.width, first.media.widths) == (1600, [960, 480])
    assert second.media_id is not None


BAD: dict[str, tuple[bytes, str]] = {
    "nothing in it": (b"", "Picture 2 is an empty file."),
    "SVG": (drawings.SVG, "Picture 2 is not a picture of a kind we show, or it is damaged."),
    "HTML that calls itself a picture": (drawings.HTML, "Picture 2 is not a picture"),
    "a PDF": (drawings.PDF, "Picture 2 is not a picture"),
    "cut off": (jpeg()[:-400], "Picture 2 is not a picture"),
    "a bomb": (drawings.bomb(20_000, 20_000), "Picture 2 has too many pixels."),
    "HEIC": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(3000), "Picture 2 is in the format HEIC"),
    "14 MB": (jpeg() + bytes(14_000_000), "Picture 2 is larger than 13 MB."),
}


@pytest.mark.parametrize("kind", BAD)
async def test_a_bad_picture_is_said_in_one_sentence_and_everything_else_is_still_there(
    served: Running, phone: Phone, kind: str
) -> None:
    body, sentence = BAD[kind]
    typed_in = {"text": "My own words", "name": "Grete", "cover": "Nets", "alt1": "The good one", "alt2": "The bad one"}
    files = {"picture1": jpeg(above=SEA), "picture2": body}
    page = await phone.say(files=files, question="yes", where="elsewhere", **typed_in)
    assert page.status_code == 400
    assert told(page).startswith(sentence)
    form = Form(page.text, "say")
    for name, value in (*typed_in.items(), ("question", "yes"), ("where", "elsewhere"), ("consent", "yes")):
        assert form.fields[name] == value
    assert not await posts(served)
    assert form.files == ["picture2", "picture3", "picture4"]  # the first is here already
    again = await phone.fill(page)
    assert again.status_code == 303, told(again)
    (attachment,) = await attachments(served)
    assert attachment.alt == "The good one" and attachment.media_id is not None
    tray = Tray(served.app.state.strand.settings.data_dir)
    assert tray.look(form.fields["kept1"]) is None  # it is with its post now


async def test_an_error_in_another_field_loses_no_picture(served: Running, phone: Phone) -> None:
    page = await phone.fill(
        await phone.open(), files={"picture1": jpeg(), "picture3": jpeg(above=DUSK)}, text="", alt3="Dusk"
    )
    assert page.status_code == 400 and told(page).startswith("Tick that")
    again = await phone.fill(page, text="Now there is", consent="yes")
    assert again.status_code == 303, told(again)
    assert [a.alt for a in await attachments(served)] == [None, "Dusk"]


async def test_a_picture_that_is_here_already_can_be_left_out(served: Running, phone: Phone) -> None:
    page = await phone.fill(await phone.open(), files={"picture1": jpeg()}, text="")
    again = await phone.fill(page, text="Without it", consent="yes", drop1="yes")
    assert again.status_code == 303 and not await attachments(served)


async def test_nobody_gets_a_picture_out_of_the_tray_with_an_invented_key(served: Running, phone: Phone) -> None:
    for key in ("0" * 32, "../strand.sqlite", "f" * 5000):
        page = await phone.say("Whose is it?", kept1=key)
        assert page.status_code == 400 and told(page).startswith("Picture 1 was here for too long.")


async def test_a_hundred_files_are_four_and_the_words_come_back(served: Running, phone: Phone) -> None:
    page = await phone.open()
    form = Form(page.text, "say")
    many = [(f"picture{n % 7}", (f"{n}.jpg", jpeg())) for n in range(90)]
    fields = {**form.fields, "text": "A whole album", "consent": "yes"}
    answer = await phone._web.post("/harbour/say", data=fields, files=many)
    assert answer.status_code == 400 and told(answer) == "At most 4 pictures. Leave some out."
    assert Form(answer.text, "say").fields["text"] == "A whole album"


async def test_other_peoples_pictures_on_their_way_cost_nobody_their_words(
    served: Running, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typed._Room, "taken", typed.UNDER_WAY)
    page = await phone.say("In a crowd", files={"picture1": jpeg()})
    assert told(page).startswith("Many pictures come in just now.")
    assert Form(page.text, "say").fields["text"] == "In a crowd"
    monkeypatch.undo()
    assert (await phone.fill(page, files={"picture1": jpeg()})).status_code == 303
    assert typed._Room.taken == 0


async def test_when_the_room_for_pictures_is_used_up_words_can_still_be_said(
    served: Running, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served.app.state.strand.settings, "media_quota_mb", 0)
    page = await phone.say("With a picture", files={"picture1": jpeg()})
    assert page.status_code == 400 and told(page).startswith("There is no room for pictures any more.")
    assert (await phone.fill(page)).status_code == 303


async def test_pictures_opened_for_one_network_have_an_end(
    served: Running, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "BY_ADDRESS", uploads.Rate(burst=1, every=60))
    assert (await phone.say("One", files={"picture1": jpeg()})).status_code == 303
    assert told(await phone.say("Two", files={"picture1": jpeg()})).startswith("Many pictures come in just now.")


async def test_the_same_picture_twice_is_one_file(served: Running, phone: Phone) -> None:
    answer = await phone.say("Twice", files={"picture1": jpeg(), "picture2": jpeg()})
    assert answer.status_code == 303
    assert len({a.media_id for a in await attachments(served)}) == 1
    async with served.database.reading() as db:
        assert len(await pictures.files(db)) == 1


@pytest.mark.parametrize(
    ("path", "length", "status"),
    [
        ("/harbour/say", 70_000_000, 413),
        ("/harbour/say", 60_000_000, None),
        (f"/harbour/say/{'a' * 32}", 60_000_000, None),
        ("/harbour/say/opened", 300_000, 413),
        ("/harbour/sayings", 300_000, 413),
        ("/sign-in", 300_000, 413),
        ("/harbour/say/a/b", 300_000, 413),
    ],
)
async def test_only_the_form_and_its_receipt_take_more_than_words(
    served: Running, harbour: Event, path: str, length: int, status: int | None
) -> None:
    """Said by its length alone: a body that is taken is waited for."""
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    writer.write(f"{head}Content-Length: {length}\r\n\r\n".encode())
    try:
        async with asyncio.timeout(0.5 if status is None else 10):
            said: int | None = int((await reader.readline()).split()[1])
    except TimeoutError:
        said = None
    writer.close()
    assert said == status


async def test_a_picture_needs_no_words_and_may_lose_them_later(served: Running, phone: Phone) -> None:
    answer = await phone.say(" \u200b", files={"picture1": jpeg()}, alt1="The quay at dusk")
    assert answer.status_code == 303, told(answer)
    (post,) = await posts(served)
    assert (post.text, post.segments) == ("", [])
    assert 'alt="The quay at dusk"' in (await phone._web.get("/harbour")).text
    address = answer.headers["location"]
    for path in (address, f"/harbour/posts/{post.id}", "/harbour/feed.atom", "/harbour/feed.json"):
        assert (await phone._web.get(path)).status_code == 200
    changed = await phone.fill(await phone._web.get(address), "change", text="Some words", act="edit")
    assert changed.status_code == 303, told(changed)
    again = await phone.fill(await phone._web.get(address), "change", text="", act="edit")
    assert again.status_code == 303, told(again)
    assert [p.text for p in await posts(served)] == [""]
    bare = await phone.fill(await phone._web.get(address), "change", text="\u2800", act="edit", drop1="yes")
    assert bare.status_code == 400 and told(bare).startswith("There is nothing in it yet.")


async def test_several_files_in_one_field_are_counted_and_take_the_next_free_places(
    served: Running, phone: Phone
) -> None:
    async def send(count: int, *others: tuple[str, tuple[str, bytes]]) -> httpx.Response:
        fields = {**Form((await phone.open()).text, "say").fields, "text": "Some at once", "consent": "yes"}
        same = [("picture1", (f"{n}.jpg", jpeg((50 + n, 40)))) for n in range(count)]
        return await phone._web.post("/harbour/say", data=fields, files=[*same, *others])

    answer = await send(2, ("picture2", ("x.jpg", jpeg((70, 40)))))
    assert answer.status_code == 303, told(answer)
    assert [a.media.width for a in await attachments(served) if a.media] == [50, 70, 51]
    answer = await send(5)
    assert answer.status_code == 400 and told(answer) == "At most 4 pictures. Leave some out."
