"""Who is one person, what people decide about it, and what is known of each."""
