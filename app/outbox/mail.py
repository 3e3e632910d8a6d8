"""Mail, by the server that STRAND_SMTP_URL names: plain text, one recipient, encrypted wherever that is to be had.

smtplib waits, so it works in a thread. Nothing of the address book or the password is logged or told.
"""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from app.errors import Misconfigured, StrandError

TIMEOUT = 20.0  # seconds, for every word of the other side


class NotSent(StrandError):
    """The mail did not go out. The sentence says why, and nothing that is secret."""


@dataclass(frozen=True, slots=True)
class Mail:
    to: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server as its address in the settings describes it."""

    host: str
    port: int
    secure: bool  # encrypted from the first byte
    user: str
    password: str
    sender: str

    @property
    def is_here(self) -> bool:
        """On this machine: what passes between us is seen by nobody else."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def server(url: str, fallback_host: str = "") -> Server:
    """smtp://user:password@host:port or smtps://…; `?from=` names the sender. Raises Misconfigured."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = SplitResult("", "", "", "", ""), None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise Misconfigured("STRAND_SMTP_URL is no address of a mail server. smtp://user:password@host:587 is one.")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    secure = parts.scheme == "smtps"
    given = parse_qs(parts.query).get("from", [""])[0] or (user if "@" in user else "")
    sender = given or f"strand@{fallback_host or parts.hostname}"
    return Server(parts.hostname, port or (465 if secure else 587 if user else 25), secure, user, password, sender)


async def send(through: Server, mail: Mail, tls: ssl.SSLContext | None = None, seconds: float = TIMEOUT) -> None:
    """Raises NotSent."""
    message = _message(through.sender, mail)
    await asyncio.to_thread(_deliver, through, message, tls, seconds)


async def check(through: Server, tls: ssl.SSLContext | None = None, seconds: float = TIMEOUT) -> None:
    """Come as far as one can without sending anything. Raises NotSent."""
    await asyncio.to_thread(_deliver, through, None, tls, seconds)


def _message(sender: str, mail: Mail) -> EmailMessage:
    message = EmailMessage()
    try:
        message["From"], message["To"], message["Subject"] = sender, mail.to, mail.subject
    except (ValueError, HeaderParseError) as error:
        raise NotSent("The address or the subject is not one that mail can carry.") from error
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"  # no absence notice shall answer
    message.set_content(mail.text, cte="quoted-printable")  # not every server takes eight bits
    return message


def _deliver(through: Server, message: EmailMessage | None, tls: ssl.SSLContext | None, timeout: float) -> None:
    with _plainly(through.host), _connected(through, tls or _context(through), timeout) as smtp:
        if through.user:
            smtp.login(through.user, through.password)
        if message is None:
            smtp.noop()
        else:
            smtp.send_message(message)


@contextmanager
def _connected(through: Server, tls: ssl.SSLContext, timeout: float) -> Iterator[smtplib.SMTP]:
    if through.secure:
        with smtplib.SMTP_SSL(through.host, through.port, timeout=timeout, context=tls) as smtp:
            yield smtp
        return
    with smtplib.SMTP(through.host, through.port, timeout=timeout) as smtp:
        smtp.ehlo()
        if smtp.has_extn("starttls"):
            smtp.starttls(context=tls)
            smtp.ehlo()
        elif through.user and not through.is_here:
            raise NotSent("The mail server offers no encryption, and a password is not sent in the clear.")
        yield smtp


def _context(through: Server) -> ssl.SSLContext:
    """A mail server of this machine has, as a rule, a certificate that it made itself, and nobody in between."""
    tls = ssl.create_default_context()
    if through.is_here:
        tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    return tls


@contextmanager
def _plainly(host: str) -> Iterator[None]:
    """What went wrong, in a sentence. Never the server's own words: some repeat what they were told."""
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        raise NotSent(f"{host} does not take the name and password for mail ({error.smtp_code}).") from None
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()), (0, b""))[0]
        raise NotSent(f"{host} takes no mail for that address ({code}).") from None
    except smtplib.SMTPResponseException as error:
        raise NotSent(f"{host} refused the mail ({error.smtp_code}).") from None
    except ssl.SSLError as error:
        raise NotSent(f"{host} could not be talked to in private: {error.reason or 'TLS failed'}.") from None
    except (smtplib.SMTPException, OSError) as error:
        # smtplib takes a server that says nothing for one that hung up
        if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
            raise NotSent(f"{host} did not answer in time.") from None
        raise NotSent(f"{host} cannot be reached for mail.") from None
