"""Raids: posts that say nearly the same, the signs of a burst, and how a house is guarded while one lasts."""
