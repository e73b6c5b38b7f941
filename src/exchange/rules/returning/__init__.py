"""What comes back: answers, corrections, and the sender's own rows as they are shown."""
