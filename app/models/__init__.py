"""The nouns: tables and small properties. Nothing here writes, reads or decides."""

from app.models.account import Account, Invite, Membership, SignIn
from app.models.attendance import Attendance
from app.models.audit import AuditLine, Chain
from app.models.author import Author
from app.models.base import Base
from app.models.card import Card
from app.models.connection import Connection, OAuthApp
from app.models.decision import Decision, Part, Verdict
from app.models.entry import Entry, EntryKind
from app.models.event import Event, EventState, Policy
from app.models.lease import Lease
from app.models.listed import Kind, Listed, Side
from app.models.media import Media
from app.models.note import Note
from app.models.outgoing import Outgoing
from app.models.person import Claim, ClaimState, Person
from app.models.post import Attachment, Copy, Post, Tombstone
from app.models.receipt import Receipt
from app.models.removal import Refusal, Removal, RemovalState
from app.models.report import Report
from app.models.schedule import Room, ScheduleFeed, Session
from app.models.screen import Pairing, Screen, Showing
from app.models.source import Source, Tally
from app.models.sponsor import Sponsor
from app.models.vote import Vote

__all__ = [
    "Account",
    "Attachment",
    "Attendance",
    "AuditLine",
    "Author",
    "Base",
    "Card",
    "Chain",
    "Claim",
    "ClaimState",
    "Connection",
    "Copy",
    "Decision",
    "Entry",
    "EntryKind",
    "Event",
    "EventState",
    "Invite",
    "Kind",
    "Lease",
    "Listed",
    "Media",
    "Membership",
    "Note",
    "OAuthApp",
    "Outgoing",
    "Pairing",
    "Part",
    "Person",
    "Policy",
    "Post",
    "Receipt",
    "Refusal",
    "Removal",
    "RemovalState",
    "Report",
    "Room",
    "ScheduleFeed",
    "Screen",
    "Session",
    "Showing",
    "Side",
    "SignIn",
    "Source",
    "Sponsor",
    "Tally",
    "Tombstone",
    "Verdict",
    "Vote",
]
