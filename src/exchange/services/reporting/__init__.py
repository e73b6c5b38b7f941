"""The facts and pages of the validation report, the rule catalogue and the pictures of links."""
