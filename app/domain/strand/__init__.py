"""What readers ask of the strand: stretches, words, conversations, people, whole files."""
