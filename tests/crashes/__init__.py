"""Processes that die, stop or lose their database at a named point, and what is there afterwards."""
