"""The voice: texts, definitions, calendars, charts, sheets; decides nothing."""
