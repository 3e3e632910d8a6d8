"""The outside world: reads Mastodon, Bluesky and the form. Knows nothing of the house but the port in `types`."""
