"""Why something was not taken, in the words readers and intake count it by. Pure. Here so that catalogues know them."""

from __future__ import annotations

from app.errors import N_

SKIPS = (
    N_("not public"),
    N_("without the event's tag"),
    N_("its author asks not to be collected (#nobot)"),
    N_("its author is limited or suspended on their server"),
    N_("its author asked us not to collect it"),
    N_("its event is over"),
    N_("its author's account is deleted"),
    N_("deleted before it reached us"),
    N_("deleted on this server only: its author's server still has it"),
    N_("a boost"),
    N_("a post without an address"),
    N_("a post without an author"),
    N_("a post far too long"),
    N_("a post that is too big"),
    N_("a post that cannot be read"),
    N_("a deletion without an address"),
    N_("an event far too long"),
    N_("an event that is none"),
    N_("broken JSON"),
)
