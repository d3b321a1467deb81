"""The office's side of the counter."""
