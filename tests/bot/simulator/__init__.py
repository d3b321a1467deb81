"""Tests of Telegram on this machine."""
