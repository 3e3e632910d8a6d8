"""An event in numbers, for everybody: what came and what became of it. No person's own number, no ranking."""
