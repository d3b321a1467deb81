"""Visitors of the voice: what it says, what it reads and writes, what it refuses."""
