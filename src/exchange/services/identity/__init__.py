"""Who is who: the register of persons, the scorer, what earlier months knew and what people decided."""
