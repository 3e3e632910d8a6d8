"""What an event's screens are told, and what they tell."""
