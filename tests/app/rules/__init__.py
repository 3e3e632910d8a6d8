"""The rules: judged, listed, changed."""
