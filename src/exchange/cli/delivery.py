"""Commands about what was handed out: receipts, reminders, the same bytes again."""
