"""Tests of who helps."""
