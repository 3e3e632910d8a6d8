"""Mail goes out, in private where it can; and where it does not, one sentence says why and gives nothing away."""

from __future__ import annotations

import datetime as dt
import ssl
from email import message_from_string
from email.policy import default
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.errors import Misconfigured
from app.outbox import mail
from app.outbox.mail import Mail, NotSent, Server
from tests.app.outbox.smtp import smtp_server

LETTER = Mail("kim@example.org", "Nothing comes from kueste.example", "Since nine: nothing.\nMöwen schweigen.\n")


@pytest.fixture(scope="module")
def self_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate and its key in one file, made by nobody but this test."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - dt.timedelta(1)).not_valid_after(now + dt.timedelta(9))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    plain = serialization.NoEncryption(), serialization.PrivateFormat.PKCS8, serialization.Encoding.PEM
    path.write_bytes(made.public_bytes(plain[2]) + key.private_bytes(plain[2], plain[1], plain[0]))
    return path


def offered(path: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


async def test_a_mail_arrives_as_it_was_written() -> None:
    async with smtp_server() as server:
        await mail.send(mail.server(server.url + "?from=wall@example.org"), LETTER)
    told = message_from_string(server.mails[0], policy=default)
    assert (told["From"], told["To"], told["Subject"]) == ("wall@example.org", LETTER.to, LETTER.subject)
    assert told["Auto-Submitted"] == "auto-generated"
    assert told.get_content_type() == "text/plain"
    assert told.get_content().replace("\r\n", "\n").rstrip(".\n") + ".\n" == LETTER.text


async def test_it_is_sent_in_private_where_that_is_offered(self_made: Path) -> None:
    async with smtp_server(tls=offered(self_made)) as server:
        await mail.send(mail.server(server.url), LETTER)
    assert server.secured == [True]


async def test_it_is_sent_in_private_from_the_first_byte(self_made: Path) -> None:
    async with smtp_server(offered(self_made)) as server:
        await mail.send(mail.server(server.url.replace("smtp:", "smtps:")), LETTER)
    assert server.secured == [True]


async def test_a_certificate_nobody_vouches_for_is_not_trusted(self_made: Path) -> None:
    async with smtp_server(tls=offered(self_made)) as server:
        with pytest.raises(NotSent, match="in private"):
            await mail.send(mail.server(server.url), LETTER, ssl.create_default_context())
    assert server.mails == []


async def test_without_encryption_a_mail_still_goes() -> None:
    async with smtp_server() as server:
        await mail.send(mail.server(server.url), LETTER)
    assert server.secured == [False]


async def test_name_and_password_are_given() -> None:
    async with smtp_server(password="p@ss word") as server:
        await mail.send(mail.server(f"smtp://kim:p%40ss%20word@127.0.0.1:{server.port}"), LETTER)
    assert len(server.mails) == 1


async def test_a_wrong_password_is_told_and_not_repeated() -> None:
    async with smtp_server(password="right") as server:
        with pytest.raises(NotSent, match="535") as told:
            await mail.send(mail.server(f"smtp://kim:hunter2@127.0.0.1:{server.port}"), LETTER)
    assert "hunter2" not in told.value.sentence
    assert told.value.__cause__ is None and told.value.__suppress_context__


async def test_a_password_is_not_sent_in_the_clear_to_another_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Server, "is_here", False)
    async with smtp_server(password="right") as server:
        with pytest.raises(NotSent, match="in the clear"):
            await mail.send(mail.server(f"smtp://kim:right@127.0.0.1:{server.port}"), LETTER)
    assert not any(word.startswith("AUTH") for word in server.said)


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        ({"refuses": "550 no such person"}, "127.0.0.1 takes no mail for that address (550)."),
        ({"refuses": "451 later"}, "127.0.0.1 takes no mail for that address (451)."),
        ({"password": "wanted"}, "127.0.0.1 refused the mail (530)."),
        ({"breaks_at": "MAIL"}, "127.0.0.1 cannot be reached for mail."),
        ({"hangs_at": "DATA"}, "127.0.0.1 did not answer in time."),
        ({"hangs_at": "EHLO"}, "127.0.0.1 did not answer in time."),
    ],
)
async def test_what_goes_wrong_is_said_in_one_sentence(trouble: dict[str, str], sentence: str) -> None:
    async with smtp_server(**trouble) as server:
        with pytest.raises(NotSent) as told:
            await mail.send(mail.server(server.url), LETTER, seconds=0.3)
    assert told.value.sentence == sentence
    assert server.mails == []


async def test_a_server_that_is_not_there_is_told() -> None:
    async with smtp_server() as server:
        pass
    with pytest.raises(NotSent, match="cannot be reached for mail"):
        await mail.send(mail.server(server.url), LETTER)


@pytest.mark.parametrize("to", ["kim@example.org\nBcc: all@example.org", "kim@example.org\r\nX: y"])
async def test_an_address_cannot_carry_another_header(to: str) -> None:
    with pytest.raises(NotSent, match="not one that mail can carry"):
        await mail.send(mail.server("smtp://127.0.0.1:1"), Mail(to, "s", "t"))


async def test_checking_sends_nothing() -> None:
    async with smtp_server(password="right") as server:
        await mail.check(mail.server(f"smtp://kim:right@127.0.0.1:{server.port}"))
        with pytest.raises(NotSent, match="535"):
            await mail.check(mail.server(f"smtp://kim:wrong@127.0.0.1:{server.port}"))
    assert server.mails == []


@pytest.mark.parametrize(
    ("url", "port", "sender"),
    [
        ("smtp://mail.example", 25, "strand@wall.example"),
        ("smtp://kim:x@mail.example", 587, "strand@wall.example"),
        ("smtps://kim%40example.org:x@mail.example", 465, "kim@example.org"),
        ("smtp://kim:x@mail.example:2525?from=wall%40example.org", 2525, "wall@example.org"),
    ],
)
def test_an_address_of_the_settings_is_understood(url: str, port: int, sender: str) -> None:
    found = mail.server(url, "wall.example")
    assert (found.host, found.port, found.sender) == ("mail.example", port, sender)


@pytest.mark.parametrize(
    "url", ["mail.example", "http://mail.example", "smtp://", "smtp://[", "smtp://x:port", "smtp:x"]
)
def test_an_address_that_is_none_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(Misconfigured, match="STRAND_SMTP_URL is no address"):
        mail.server(url)
