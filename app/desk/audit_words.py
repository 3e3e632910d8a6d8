"""What a line of the audit log says, as a sentence. A kind of act that has none yet is told by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.errors import N_
from app.models import AuditLine

GetText = Callable[[str], str]
WHO = "{who}"  # where a sentence names who acted

_DECIDED = {
    "approve": N_("{who} showed post {post}."), "hold": N_("{who} held post {post}."),
    "hide": N_("{who} hid post {post}."), "later": N_("{who} set post {post} aside."),
    "waiting": N_("{who} let post {post} wait again."),
}  # fmt: skip
_PICTURES = {
    "approve": N_("{who} showed the pictures of post {post}."), "hide": N_("{who} hid the pictures of post {post}."),
    "hold": N_("{who} held the pictures of post {post}."),
    "waiting": N_("{who} let the pictures of post {post} wait again."),
}  # fmt: skip
_RAID = {
    "freeze": N_("{who} froze the screens against a raid."), "text_only": N_("{who} let only words through."),
    "trusted_only": N_("{who} let only the trusted through."), "review_all": N_("{who} let everything new wait."),
    "off": N_("{who} ended the guard."), "dismiss": N_("{who} said that it is no raid."),
    "propose": N_("{who} noticed what looks like a raid."), "withdraw": N_("{who} saw that it was over."),
    "spare": N_("{who} announced the spare hashtag, or took that back."),
}  # fmt: skip
_LIFE = {
    "draft": N_("{who} made the event a draft."), "rehearsal": N_("{who} began a rehearsal."),
    "live": N_("{who} opened the event."), "archived": N_("{who} closed the event."),
}  # fmt: skip
_SENTENCES = {
    "undo": N_("{who} took a decision on post {post} back."), "note": N_("{who} left a note at post {post}."),
    "answer": N_("{who} answered post {to} as the event."),
    "excuse": N_("{who} said that post {post} needs no answer."),
    "unexcuse": N_("{who} said that post {post} needs an answer after all."),
    "answering": N_("{who} put question {post} up to be answered."),
    "answered": N_("{who} said that question {post} is answered."),
    "unanswered": N_("{who} let question {post} wait again."),
    "freeze": N_("{who} froze the screens."), "release": N_("{who} let the screens go on."),
    "blank": N_("{who} made the screens dark."), "unblank": N_("{who} brought the screens back from the dark."),
    "screen": N_("{who} added the screen “{screen}”."), "remove screen": N_("{who} removed the screen “{screen}”."),
    "rename screen": N_("{who} renamed the screen “{before}” to “{screen}”."),
    "place screen": N_("{who} said where the screen “{screen}” is, and for whom."),
    "pair screen": N_("{who} paired a browser with the screen “{screen}”."),
    "screen mode": N_("{who} changed what the screen “{screen}” shows."),
    "screen look": N_("{who} changed how the screen “{screen}” looks."),
    "screen quiet": N_("{who} changed when the screen “{screen}” is quiet."),
    "screen says": N_("{who} put an announcement on the screen “{screen}”."),
    "screen silent": N_("{who} took the announcement off the screen “{screen}”."),
    "screen pause": N_("{who} paused the screen “{screen}”."),
    "screen goes": N_("{who} let the screen “{screen}” go on."),
    "spotlight": N_("{who} put post {post} in the spotlight."), "spotlight off": N_("{who} ended the spotlight."),
    "pin": N_("{who} pinned post {post} to the screens."), "unpin": N_("{who} unpinned post {post}."),
    "sponsors": N_("{who} changed the sponsors."),
    "link": N_("{who} made a new link that freezes."), "end link": N_("{who} ended the link that freezes."),
    "invite": N_("{who} made an invitation: {role}."), "withdraw": N_("{who} withdrew an invitation: {role}."),
    "join": N_("{who} came in: {role}."), "role": N_("{who} changed the role of {account}: {before}, now {role}."),
    "remove": N_("{who} removed {account}: {role}."), "revoke": N_("{who} ended a sign-in of {account}."),
    "password": N_("{who} chose another password."), "sign in": N_("{who} signed in."),
    "rules": N_("{who} changed the rules."), "list": N_("{who} put “{value}” on a list."),
    "unlist": N_("{who} took “{value}” off a list."), "clear list": N_("{who} emptied a list of {lines} lines."),
    "import list": N_("{who} took {lines} lines into a list."), "settings": N_("{who} changed settings: {fields}."),
    "found": N_("{who} made this event."), "address": N_("{who} moved the event from /{from} to /{to}."),
    "cards": N_("{who} changed the cards."), "schedule": N_("{who} changed the programme."),
    "source": N_("{who} changed a source."), "connect": N_("{who} connected an account."),
    "disconnect": N_("{who} disconnected an account."), "restore": N_("{who} restored a backup."),
}  # fmt: skip
OTHER = N_("{who} did this: {act}.")
_ROLES = {
    "organiser": N_("organiser"), "moderator": N_("moderator"), "reporter": N_("reporter"), "screen": N_("screen"),
}  # fmt: skip


def sentence(line: AuditLine, names: Mapping[int, str], gettext: GetText) -> tuple[str, str, str]:
    """Before the name, the name, after it: so that a page can set the name apart."""
    before, _, after = gettext(_template(line)).partition(WHO)
    filled = _Filled(_values(line, names, gettext))
    return before.format_map(filled), _who(line, names, gettext), after.format_map(filled)


def _template(line: AuditLine) -> str:
    if line.act == "decide":
        of = _PICTURES if line.detail.get("part") == "media" else _DECIDED
        return of.get(line.verdict, OTHER)
    if line.act == "raid":
        return _RAID.get(str(line.detail.get("mode")), OTHER)
    return _LIFE.get(line.why, OTHER) if line.act == "life" else _SENTENCES.get(line.act, OTHER)


def _who(line: AuditLine, names: Mapping[int, str], _: GetText) -> str:
    if line.account_id is not None:
        return names.get(line.account_id, _("Somebody who is not here any more"))
    return {"link": _("Somebody with the link"), "command": _("The command line")}.get(
        str(line.detail.get("way")), _("The house")
    )


def _values(line: AuditLine, names: Mapping[int, str], gettext: GetText) -> dict[str, str]:
    """What a sentence can name. All words of ours or of organisers; what somebody said at the event is in no line."""
    found = {key: _word(value) for key, value in line.detail.items()}
    for key in ("role", "before"):
        if found.get(key) in _ROLES:
            found[key] = gettext(_ROLES[found[key]])
    if isinstance(account := line.detail.get("account"), int):
        found["account"] = names.get(account, gettext("Somebody who is not here any more"))
    return found | {"post": str(line.post_id or ""), "act": line.act}


def _word(value: Any) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)


class _Filled(dict[str, str]):
    """A line of an older version may lack what today's sentence names."""

    def __missing__(self, key: str) -> str:
        return "…"
