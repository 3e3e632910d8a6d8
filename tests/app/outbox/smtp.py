"""A small mail server on 127.0.0.1: real bytes, and whatever trouble a test asks for."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field


@dataclass
class SmtpServer:
    port: int = 0
    tls: ssl.SSLContext | None = None  # offered by STARTTLS
    password: str | None = None  # wanted of everybody who says anything
    refuses: str = ""  # the answer to RCPT
    hangs_at: str = ""  # a command that is never answered
    breaks_at: str = ""  # a command at which the connection goes
    mails: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)  # every command
    secured: list[bool] = field(default_factory=list)  # of each mail: was it sent in private

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, private: bool) -> None:
        known = self.password is None
        writer.write(b"220 mail.example\r\n")
        while line := (await reader.readline()).decode().strip():
            self.said.append(line)
            word = line.split(" ")[0].upper()
            if word == self.hangs_at:
                await asyncio.Event().wait()
            if word == self.breaks_at:
                return
            match word:
                case "EHLO":
                    offers = ["STARTTLS"] if self.tls and not private else []
                    offers += ["AUTH PLAIN"] if self.password else []
                    lines = ["mail.example", *offers]
                    answer = "\r\n".join(f"250{'-' if i < len(lines) - 1 else ' '}{o}" for i, o in enumerate(lines))
                case "STARTTLS":
                    writer.write(b"220 go on\r\n")
                    await writer.start_tls(self.tls)  # type: ignore[arg-type]
                    private = True
                    continue
                case "AUTH":
                    given = base64.b64decode(line.split(" ")[2]).decode().split("\0")[2]
                    known = given == self.password
                    answer = "235 welcome" if known else f"535 not with {given}"
                case "RCPT" if self.refuses:
                    answer = self.refuses
                case "MAIL" if not known:
                    answer = "530 who are you"
                case "DATA":
                    writer.write(b"354 go on\r\n")
                    self.mails.append((await reader.readuntil(b"\r\n.\r\n")).decode())
                    self.secured.append(private)
                    answer = "250 taken"
                case "QUIT":
                    writer.write(b"221 bye\r\n")
                    return
                case _:
                    answer = "250 ok"
            writer.write(f"{answer}\r\n".encode())


@contextlib.asynccontextmanager
async def smtp_server(secure: ssl.SSLContext | None = None, **trouble: object) -> AsyncIterator[SmtpServer]:
    """`secure`: encrypted from the first byte."""
    server = SmtpServer(**trouble)  # type: ignore[arg-type]
    talks: set[asyncio.Task[None]] = set()

    async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        try:
            await server.talk(reader, writer, secure is not None)
        except (ConnectionError, ssl.SSLError, asyncio.CancelledError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(met, "127.0.0.1", 0, ssl=secure)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        for task in talks:
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
