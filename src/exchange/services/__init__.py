"""Everything outside the process: one module per thing that can be down. `bundle` opens them together."""
