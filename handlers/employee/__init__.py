"""What employees open: benefits, questions, joining."""
