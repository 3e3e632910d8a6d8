"""Where an event reads: its sources, its own accounts on the networks, and how they are doing."""
