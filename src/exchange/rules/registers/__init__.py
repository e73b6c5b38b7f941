"""The residence register: stays, movements, balances and handovers."""
