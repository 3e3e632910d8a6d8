"""The word filter: which of a list's words somebody wrote, however they wrote them. Pure."""
