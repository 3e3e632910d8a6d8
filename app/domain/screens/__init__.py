"""An event's screens: who they are, what each is to show, what it says it shows, and for how long posts stood there."""

from app.domain.screens.acknowledging import Acknowledgement, acknowledge
from app.domain.screens.looks import AUDIENCES, DENSITIES, LOOK, MODES, THEMES, look_of
from app.domain.screens.making import LONGEST, find, find_screen, list_screens, make, remove, rename, tell_place
from app.domain.screens.pairing import pair
from app.domain.screens.states import SILENT_FOR, State, states
from app.domain.screens.telling import (
    tell_look,
    tell_mode,
    tell_pause,
    tell_programme,
    tell_quiet,
    tell_says,
)
from app.domain.screens.wished import wished

__all__ = [
    "AUDIENCES",
    "DENSITIES",
    "LONGEST",
    "LOOK",
    "MODES",
    "SILENT_FOR",
    "THEMES",
    "Acknowledgement",
    "State",
    "acknowledge",
    "find",
    "find_screen",
    "list_screens",
    "look_of",
    "make",
    "pair",
    "remove",
    "rename",
    "states",
    "tell_look",
    "tell_mode",
    "tell_pause",
    "tell_place",
    "tell_programme",
    "tell_quiet",
    "tell_says",
    "wished",
]
