"""Schedules: pretalx and c3voc JSON, iCal, frab XML, CSV; from bytes or from an address, to one plain shape."""

from ingest.schedule.parse import parse
from ingest.schedule.reading import Reading, read

__all__ = ["Reading", "parse", "read"]
