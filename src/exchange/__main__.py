"""`python -m exchange` is the command line."""

from exchange.cli import main

raise SystemExit(main())
