"""The visitors: come in by a user's door and forge only the network and the clock."""
