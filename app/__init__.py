"""The house: what is so, and who may change it."""
