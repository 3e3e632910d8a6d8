"""The rehearsal: local servers that speak Mastodon's and Bluesky's real protocols, and the conference played on them.

Organisers try wall and desk with it before their day; tests read the same servers, with faults. The ingesters do not
know it exists.
"""

from ingest.rehearsal.rehearsal import AS_FAST_AS_POSSIBLE, Ports, Rehearsal
from ingest.rehearsal.script import script_id, unfit_ids
from ingest.rehearsal.serving import PortTaken

__all__ = ["AS_FAST_AS_POSSIBLE", "PortTaken", "Ports", "Rehearsal", "script_id", "unfit_ids"]
