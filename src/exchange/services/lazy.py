"""Imports that wait for their first use: large libraries that another library names but hardly ever needs."""

import gc
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import LazyLoader
from types import ModuleType


class _Postponing(MetaPathFinder):
    """Finds the modules it was given through the finders behind it, and lets them load when they are touched."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = names

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module's spec with a loader that waits, or None for every other module."""
        if fullname not in self._names:
            return None
        for finder in sys.meta_path:
            spec = None if isinstance(finder, _Postponing) else finder.find_spec(fullname, path, target)
            if spec is not None and spec.loader is not None:
                spec.loader = LazyLoader(spec.loader)
                return spec
        return None


@contextmanager
def postponed(*names: str, optional: Collection[str] = ()) -> Iterator[None]:
    """Within the block, importing a module of these names only makes a place for it: its first use loads it.

    Modules in `optional` that nobody has loaded yet seem not to be installed: only for what an importer can do without.

    For one thread at a time; nothing is postponed for others meanwhile but these names.
    The collector rests meanwhile: an import makes nothing but lasting objects, and would be searched in vain.
    """
    finder = _Postponing(frozenset(names))
    was_collecting = gc.isenabled()
    hidden = [name for name in optional if name not in sys.modules]
    sys.meta_path.insert(0, finder)
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None is how Python marks an absent module
    gc.disable()
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in hidden:
            del sys.modules[name]
        if was_collecting:
            gc.enable()
