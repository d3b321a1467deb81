"""The archive: tables and the rules on them; it would still be true if Telegram vanished."""
