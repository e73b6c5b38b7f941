"""Who is due which service: doses, checks, visits and follow-ups by age and what was received. For care, not control."""
