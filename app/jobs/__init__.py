"""What happens by itself: a list of (every, verb), one owner at a time under the ingest lease."""
