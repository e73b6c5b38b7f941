"""Files that come back: answers of townships and corrections of senders."""
