"""Long runs: full counts of what the suite shows in short."""
