"""The demo page, walked in a real browser."""
