"""The warehouse's tables as SQLAlchemy Core definitions; migrations make them, a test compares the two."""
