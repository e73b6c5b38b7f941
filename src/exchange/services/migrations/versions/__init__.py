"""One module per version of the schema; once released a version never changes."""
