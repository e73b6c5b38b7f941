"""Everything outside the process: one module per thing that can be down. `bundle` opens them together."""


def __getattr__(name: str) -> object:
    if name in {"Services", "open_services"}:
        from exchange.services import bundle

        return getattr(bundle, name)
    raise AttributeError(name)
