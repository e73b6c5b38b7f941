"""The imperative shell: one module per stage, and `month`, which drives them in order."""
