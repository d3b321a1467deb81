"""Surveys as data: what a definition may say, which question comes when, what counts as an answer."""
