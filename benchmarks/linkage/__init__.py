"""How well, and how fast, records are linked."""
