"""What an organiser says of an event: its texts, its cards, its tags."""
