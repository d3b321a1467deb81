"""Visitors at the counter."""
