"""Who is due which service: doses, checks, visits, follow-ups, by age and what was received. For care, not control."""
