"""The counter: speaks with the person in front of it and returns what to say."""
