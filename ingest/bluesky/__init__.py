"""Bluesky: Jetstream for what is said, the AppView for who said it. Reads only; writes nothing."""
