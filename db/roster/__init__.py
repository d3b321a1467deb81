"""The roster: an office's file judged row by row, planned against what is known, and saved."""
