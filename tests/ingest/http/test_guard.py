"""The guard's connections: pinned, verified, and only where allowed."""

from __future__ import annotations

import asyncio
import datetime
import socket
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import InvalidStatus

from ingest.http import Guard, Refused, TooSlow, Unreachable, fetch
from ingest.http import policy as policies
from tests.ingest.servers import always, raw_server, reply, silent


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that proves to be wall.example, and nothing else."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "wall.example")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("wall.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "wall.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def server_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def client_tls(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


def local(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policies, "resolve", lambda host, port: ["127.0.0.1"])


async def test_tls_verifies_the_name_although_the_address_is_pinned(
    monkeypatch: pytest.MonkeyPatch, server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    local(monkeypatch)
    async with raw_server(always(reply()), server_tls) as server:
        for host, works in (("wall.example", True), ("other.example", False)):
            guard = Guard(allow_private=[f"{host}:{server.port}"], tls=client_tls)
            async with guard.client() as client:
                if works:
                    assert (await fetch(client, f"https://{host}:{server.port}/")).status == 200
                else:
                    with pytest.raises(Unreachable, match="certificate"):
                        await fetch(client, f"https://{host}:{server.port}/")


async def test_requests_verifies_the_name_too(
    monkeypatch: pytest.MonkeyPatch, server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    local(monkeypatch)
    async with raw_server(always(reply()), server_tls) as server:
        places = [f"{host}:{server.port}" for host in ("wall.example", "other.example")]
        session = Guard(allow_private=places, tls=client_tls).session()
        good = await asyncio.to_thread(session.get, f"https://{places[0]}/")
        assert good.status_code == 200
        with pytest.raises(Exception, match=r"(?i)certificate"):
            await asyncio.to_thread(session.get, f"https://{places[1]}/")


async def test_a_name_that_changes_its_mind_does_not_change_where_we_connect(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rebinding: public when looked up first, ours when looked up again. It is looked up once per connection."""
    answers = [["192.0.2.1"], ["127.0.0.1"]]
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return answers[min(len(asked), 2) - 1]

    connected: list[str] = []

    async def connect(self: object, sock: socket.socket, address: tuple[str, int]) -> None:
        connected.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(policies, "resolve", rebinding)
    monkeypatch.setattr(policies, "is_public", lambda address: address == "192.0.2.1")
    monkeypatch.setattr(asyncio.get_running_loop().__class__, "sock_connect", connect)
    with pytest.raises(Unreachable):
        await Guard().socket("wall.example", 443)
    assert (connected, asked) == (["192.0.2.1"], ["wall.example"])
    with pytest.raises(Refused):
        await Guard().socket("wall.example", 443)
    assert connected == ["192.0.2.1"]


async def test_the_next_address_is_tried_when_one_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    async with raw_server(always(reply())) as server:
        monkeypatch.setattr(policies, "resolve", lambda host, port: ["::1", "127.0.0.1"])
        guard = Guard(allow_private=[f"wall.example:{server.port}"])
        async with guard.client() as client:
            assert (await fetch(client, f"http://wall.example:{server.port}/")).status == 200
        (await guard.socket("wall.example", server.port, plain=True)).close()


async def test_an_exception_holds_for_its_own_port_alone() -> None:
    async with raw_server(always(reply())) as server, raw_server(always(reply())) as other:
        guard = server.guard()
        async with guard.client() as client:
            assert (await fetch(client, server.base)).status == 200
            with pytest.raises(Refused):
                await fetch(client, other.base)
        with pytest.raises(Refused):
            await guard.socket("127.0.0.1", other.port)
    assert not other.asked


async def test_allowing_more_leaves_the_first_guard_as_it_was() -> None:
    narrow = Guard(contact="https://wall.example")
    wide = narrow.allowing(["127.0.0.1:1"])
    assert wide.policy.allows("127.0.0.1", 1)
    assert not narrow.policy.allows("127.0.0.1", 1)
    assert wide.user_agent == narrow.user_agent
    assert narrow.allowing([]) is narrow


async def test_a_plain_socket_needs_an_exception() -> None:
    with pytest.raises(Refused, match="not be encrypted"):
        await Guard().socket("wall.example", 80, plain=True)


@pytest.mark.parametrize(
    "url", ["https://wall.example", "wss://", "ws://wall.example/", "wss://[", "wss://h:x/", "nothing"]
)
async def test_what_is_no_secure_websocket_address_is_refused(url: str) -> None:
    with pytest.raises(Refused):
        await Guard().websocket(url)


async def echo(connection: ServerConnection) -> None:
    await connection.send(await connection.recv())


async def test_a_websocket_opens_where_allowed() -> None:
    async with serve(echo, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        guard = Guard(allow_private=[f"127.0.0.1:{port}"])
        async with await guard.websocket(f"ws://127.0.0.1:{port}/") as connection:
            await connection.send("hello")
            assert await connection.recv() == "hello"
        with pytest.raises(Refused):
            await Guard().websocket(f"ws://127.0.0.1:{port}/")


async def test_a_websocket_that_is_refused_tells_its_status() -> None:
    async with raw_server(always(reply(b"CursorTooOld", status="400 Bad Request"))) as server:
        with pytest.raises(InvalidStatus) as caught:
            await server.guard().websocket(server.base.replace("http", "ws"))
    assert (caught.value.response.status_code, bytes(caught.value.response.body)) == (400, b"CursorTooOld")


async def test_a_websocket_follows_no_redirect() -> None:
    async with raw_server(always(reply(status="302 Found", location="ws://127.0.0.1:1/"))) as server:
        with pytest.raises(Unreachable):
            await server.guard().websocket(server.base.replace("http", "ws"))
    assert len(server.asked) == 1


async def test_a_websocket_that_never_opens_is_too_slow() -> None:
    async with raw_server(silent) as server:
        with pytest.raises(TooSlow):
            await server.guard().websocket(server.base.replace("http", "ws"), open_timeout=0.05)
