"""The house: what is so, and who may change it."""

__version__ = "0.1.0"  # as in pyproject.toml; a test compares, since nothing of ours is installed
