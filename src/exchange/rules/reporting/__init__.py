"""What the validation report, the rule catalogue and a trace say."""
