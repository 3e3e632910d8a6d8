"""What a screen can be told to show, as it is called at the desk; and programmes that are ready for usual places."""

from __future__ import annotations

from typing import Any

from app.errors import N_

MODES = {
    "strand": (N_("The strand"), N_("posts come in at their place")),
    "voice": (N_("One voice"), N_("one post, large")),
    "questions": (N_("Questions"), N_("beside a speaker: asked, now, answered")),
    "now": (N_("Now and next"), N_("what runs, and what comes")),
    "gallery": (N_("Pictures"), N_("with what they show, in words")),
    "people": (N_("Who is here"), N_("by arrival, never by count")),
    "card": (N_("The card"), N_("here is a hashtag, connect with it")),
    "holding": (N_("Holding card"), N_("your title, and nobody’s words")),
    "overlay": (N_("Over a stream"), N_("a lower third on nothing, for OBS")),
    "programme": (N_("Its programme"), N_("takes turns, by time and by what runs")),
}
SHOWS = {
    "strand": N_("shows the strand"), "voice": N_("shows one voice"), "questions": N_("shows the questions"),
    "now": N_("shows now and next"), "gallery": N_("shows pictures"), "people": N_("shows who is here"),
    "card": N_("shows the card"), "holding": N_("shows its holding card"), "overlay": N_("lies over the stream"),
    "says": N_("shows your words"),
    "dark": N_("is dark: somebody at the screen made it so"), "programme": N_("follows its programme"),
}  # fmt: skip
TURNS = [mode for mode in MODES if mode not in ("programme", "overlay")]  # what can be a step of a programme
SECONDS = (15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1_200)
WHEN = {
    "": N_("always"), "talk": N_("while a talk runs"), "pause": N_("between talks"), "quiet": N_("when little is said"),
    "busy": N_("when much is said"), "time": N_("at these times"),
}  # fmt: skip
Step = dict[str, Any]


def _step(mode: str, seconds: int, **when: Any) -> Step:
    return {"mode": mode, "seconds": seconds, "when": when}


READY: dict[str, tuple[str, str, list[Step]]] = {
    "hall": (
        N_("The hall"),
        N_("The strand while a talk runs. In the breaks also what comes next, pictures, and the card."),
        [
            _step("strand", 300), _step("now", 30, talk=False), _step("gallery", 60, talk=False),
            _step("voice", 60, lively="quiet"), _step("card", 20, talk=False),
        ],
    ),
    "foyer": (
        N_("The foyer"),
        N_("For people who pass by: what runs where, the strand, pictures, who is here, and the card."),
        [
            _step("strand", 180), _step("now", 45), _step("gallery", 60), _step("voice", 45, lively="quiet"),
            _step("people", 45), _step("card", 30),
        ],
    ),
    "speaker": (
        N_("Beside a speaker"),
        N_("The questions while a talk runs. In the breaks what comes next, and the strand."),
        [_step("questions", 600, talk=True), _step("now", 60, talk=False), _step("strand", 120, talk=False)],
    ),
}  # fmt: skip
