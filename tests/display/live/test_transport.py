"""The door into uvicorn's own protocol: frames as the library reads them, and the internals we lean on."""

from __future__ import annotations

import asyncio
import importlib.metadata
import inspect
import socket

import pytest
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode
from websockets.streams import StreamReader

from display.live.messages import framed
from display.live.transport import EXTENSION, SEND_BUFFER, WRITE_HIGH_WATER, Peer, StrandProtocol
from tests.display.live.world import World
from tests.server import Running


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65_535, 65_536, 1_000_000])
def test_a_frame_of_ours_is_what_the_library_reads(length: int) -> None:
    reader, payload = StreamReader(), b"x" * length
    reader.feed_data(framed(payload))
    with pytest.raises(StopIteration) as done:
        next(Frame.parse(reader.read_exact, mask=False, max_size=None))
    frame: Frame = done.value.value
    assert (frame.opcode, frame.fin, frame.data) == (Opcode.TEXT, True, payload)
    assert (frame.rsv1, frame.rsv2, frame.rsv3) == (False, False, False)
    assert len(reader.buffer) == 0, "nothing is left over"


def test_uvicorn_is_of_the_versions_we_know() -> None:
    major, minor, *_ = (int(part) for part in importlib.metadata.version("uvicorn").split(".")[:2])
    assert (major, minor) in {(0, 54), (0, 55)}, "read websockets_sansio_impl.py again before you widen this"


@pytest.mark.parametrize("name", ["connection_made", "connection_lost", "pause_writing", "resume_writing", "run_asgi"])
def test_the_methods_we_build_on_are_there(name: str) -> None:
    assert callable(getattr(WebSocketsSansIOProtocol, name))


def test_only_run_asgi_is_a_coroutine() -> None:
    assert inspect.iscoroutinefunction(WebSocketsSansIOProtocol.run_asgi)
    assert not inspect.iscoroutinefunction(WebSocketsSansIOProtocol.connection_made)


async def the_peer(running: Running, world: World) -> Peer:
    async with asyncio.timeout(3):
        while not (members := running.hub.members(world.event.id)):
            await asyncio.sleep(0.01)
    (member,) = members
    assert isinstance(member.peer, Peer)
    return member.peer


async def test_the_attributes_we_read_are_there_on_a_real_connection(running: Running, served: World) -> None:
    async with running.socket(served.event.slug) as ws:
        await ws.recv()
        peer = await the_peer(running, served)
        protocol = peer._protocol
        assert isinstance(protocol, StrandProtocol)
        assert protocol.scope["extensions"][EXTENSION] is peer
        assert protocol.writable.is_set()
        assert protocol.close_sent is False
        assert protocol.transport.get_write_buffer_limits()[1] == WRITE_HIGH_WATER
        raw = protocol.transport.get_extra_info("socket")
        assert raw.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) in (SEND_BUFFER, 2 * SEND_BUFFER)  # Linux doubles


async def test_a_peer_is_slow_while_its_buffer_is_over_the_mark_and_no_longer(running: Running, served: World) -> None:
    async with running.socket(served.event.slug) as ws:
        await ws.recv()
        peer = await the_peer(running, served)
        peer._protocol.pause_writing()
        assert peer.slow
        peer._protocol.resume_writing()
        assert not peer.slow


async def test_nothing_is_written_after_the_goodbye(running: Running, served: World) -> None:
    async with running.socket(served.event.slug) as ws:
        await ws.recv()
        peer = await the_peer(running, served)
        transport, written = peer._protocol.transport, []
        peer._protocol.shutdown()
        assert transport.is_closing()
        peer._protocol.transport = Recorder(transport, written)  # type: ignore[assignment]
        peer.write(framed(b"{}"))
        peer._protocol.transport = transport
        assert written == []


class Recorder:
    def __init__(self, transport: asyncio.Transport, written: list[bytes]) -> None:
        self._transport, self.write = transport, written.append

    def is_closing(self) -> bool:
        return self._transport.is_closing()
