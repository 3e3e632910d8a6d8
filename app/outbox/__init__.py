"""What we send: rows written by a verb, sent by a job."""
