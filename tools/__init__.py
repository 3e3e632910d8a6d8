"""Recipes of the Makefile that need more than a line."""
