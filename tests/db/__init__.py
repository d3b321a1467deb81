"""Visitors to the archive."""
