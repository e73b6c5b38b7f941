"""How files come in and packages go out: one module per way, one pair of promises in `base`."""
