"""Backup and restore of a whole house: one file with every table, every picture, and what left meanwhile."""
