"""What trying a source found out, each thing in one sentence. Pure. Its keys are ingest.trial's."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.errors import N_

SENTENCES = {
    "answers": N_("{host} answers. Posts on its newest page of #{tag}: {count}."),
    "live": N_("Its live stream is open to us: new posts arrive within a second."),
    "socket": N_("Its live stream is open to us, over a WebSocket: new posts arrive within a second."),
    "public": N_("It sends no hashtags on their own: we read its public stream, live, and keep what has the tag."),
    "polled": N_("We look there every {every} seconds: {why}."),
    "no_stream": N_("it offers no live stream"),
    "no_token": N_("its live stream needs an access token"),
    "hidden": "{why}",  # in the reader's own words, like every reason a source gives
    "token_refused": N_("It no longer takes our access token: connect it again, or make a new one."),
    "hears": N_("{host} tells us live what is said on Bluesky."),
    "deaf": N_("No word came from Bluesky's stream: {why}"),
    "names": N_("{host} tells us who the people are."),
    "nameless": N_("Names and wishes of authors are missing: {why}"),
    "slow": N_("It did not finish answering within {seconds} seconds."),
    "failed": N_("That did not work. {why}"),
    "form": N_("The form is ours: it takes posts as long as the event does."),
}


def sentence(key: str, values: Mapping[str, object], gettext: Callable[[str], str] = str) -> str:
    """One finding. A value that is itself a key (why there is no stream) is said in the same language."""
    known = {name: gettext(SENTENCES[v]) if isinstance(v, str) and v in SENTENCES else v for name, v in values.items()}
    return gettext(SENTENCES[key]).format(**known)
