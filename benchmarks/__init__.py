"""Budgets of docs/architecture.md, measured as ratios within one run: machines differ, ratios travel."""
