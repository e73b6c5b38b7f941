"""Agencies that offer views instead of files: one snapshot becomes a file per sender, named as all deliveries are."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from exchange.model.period import Period
from exchange.registry.spec import Source
from exchange.services.settings import Settings
from exchange.services.transports.base import (
    Fetched,
    Interrupted,
    LoginRefused,
    PlaceMissing,
    PlaceRefused,
    SeenFile,
    file_hash,
)
from exchange.services.transports.canonical import line_of
from exchange.services.transports.database_snapshot import Extract, Snapshot, driver_options, take_snapshot

Booked = Callable[[str], Iterable[Mapping[str, Any]]]
"""The ledger's rows of a source's earlier deliveries: path, sha256."""

_NO_SENDER: Final = "UNKNOWN"


@dataclass(frozen=True)
class Patience:
    """How often a lost connection is tried again, and how long to wait in between, in seconds."""

    tries: int = 3
    first_wait: float = 2.0
    longest_wait: float = 20.0


@dataclass(frozen=True)
class _Made:
    """A file that was listed: its first line, and the rest where the snapshot left it."""

    title: bytes
    body: Path


class DatabaseInlet:
    """Views of agencies' databases as an inbox.

    `receiving` gives a private folder for plain bytes, `booked` the deliveries the ledger knows: what a sender's rows
    were called before decides what they are called now. Rows that have not changed keep their version, so nothing is
    taken twice; rows that have changed are the next version, also when they change back.
    """

    def __init__(
        self,
        settings: Settings,
        receiving: Callable[[], AbstractContextManager[Path]],
        booked: Booked,
        patience: Patience | None = None,
    ) -> None:
        self._settings = settings
        self._receiving = receiving
        self._booked = booked
        self._patience = patience or Patience()
        self._made: dict[str, _Made] = {}
        self._folders = ExitStack()

    def periods(self, source: Source, until: Period) -> list[Period]:
        """`until` and the months the source looks back to, oldest first."""
        return [until.minus(months) for months in range(source.transport.look_back, -1, -1)]

    def list(self, source: Source, periods: Sequence[Period]) -> list[SeenFile]:
        """A file per sender, kind and month that has rows in the source's views now, sorted by path.

        Raises what `take_snapshot` raises; a lost connection is tried again, from the beginning.
        """
        self.close()
        folder = self._folders.enter_context(self._receiving())
        snapshot = self._snapshot(source, periods, folder)
        known = _versions(self._booked(source.name))
        files = [self._name(source, extract, known) for extract in snapshot.extracts]
        files += [_stray(source, *place, count) for place, count in snapshot.strays.items()]
        return sorted(files, key=lambda file: file.path)

    def fetch(self, file: SeenFile, into: Path) -> Fetched:
        """The listed file as the snapshot of its listing had it."""
        made = self._made.get(file.path)
        if made is None or file.refused:
            raise PlaceMissing(f"{file.path}: no such rows in the snapshot", remedy="The next run reads again.")
        with made.body.open("rb") as rest, into.open("wb") as out:
            out.write(made.title)
            while chunk := rest.read(1 << 20):
                out.write(chunk)
        return Fetched(into, *file_hash(into))

    def close(self) -> None:
        """Forget the last listing and remove its plain bytes."""
        self._made.clear()
        self._folders.close()

    def _snapshot(self, source: Source, periods: Sequence[Period], folder: Path) -> Snapshot:
        engine, place = _engine(self._settings, source)
        patience = self._patience
        attempts = Retrying(
            stop=stop_after_attempt(patience.tries),
            wait=wait_exponential_jitter(initial=patience.first_wait, max=patience.longest_wait),
            retry=retry_if_exception_type(Interrupted),
            reraise=True,
        )
        for number, attempt in enumerate(attempts):
            with attempt:
                part = folder / str(number)
                part.mkdir()
                return take_snapshot(engine, source, periods, part, place)
        raise AssertionError("tenacity re-raises the last error")

    def _name(self, source: Source, extract: Extract, known: Mapping[str, tuple[int, str]]) -> SeenFile:
        stem = f"{extract.unit_code}_{source.code}_{extract.period}_{extract.kind}_v"
        version, sha256 = known.get(stem, (0, ""))
        if not version or _hash(_title(source, extract.period, version), extract.body) != sha256:
            version += 1
        title = _title(source, extract.period, version)
        file = _file(source, extract.period, f"{stem}{version}.csv")
        self._made[file.path] = _Made(title, extract.body)
        return replace(file, size=len(title) + extract.body.stat().st_size)


def _title(source: Source, period: Period, version: int) -> bytes:
    # With its version in it no file equals an earlier one: rows that changed and changed back are a delivery again.
    return line_of([f"{source.title}（{period.chinese}）第{version}次提取"]).encode()


def _versions(booked: Iterable[Mapping[str, Any]]) -> dict[str, tuple[int, str]]:
    """Name up to its version -> the latest version whose bytes came, and their hash."""
    latest: dict[str, tuple[int, str]] = {}
    for row in booked:
        stem, mark, number = Path(row["path"]).stem.rpartition("_v")
        if row["sha256"] and mark and number.isdecimal():
            latest[f"{stem}_v"] = max(latest.get(f"{stem}_v", (0, "")), (int(number), str(row["sha256"])))
    return latest


def _stray(source: Source, period: Period, kind: str, count: int) -> SeenFile:
    """Rows nobody can be told about, as a refused file: they must not vanish without a word."""
    refused = f"数据库视图中有 {count} 行没有可用的填报单位代码"
    return replace(_file(source, period, f"{_NO_SENDER}_{source.code}_{period}_{kind}_v1.csv"), refused=refused)


def _file(source: Source, period: Period, name: str) -> SeenFile:
    transport = source.transport
    return SeenFile(
        account=transport.account, path=f"{transport.folder}/{period}/{name}", name=name, period=str(period),
        size=0, modified=0,
    )  # fmt: skip


def _hash(title: bytes, body: Path) -> str:
    digest = hashlib.sha256(title)
    with body.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def _engine(settings: Settings, source: Source) -> tuple[sa.Engine, str]:
    """A connection's maker, and how messages call the database: never with user or password."""
    name = source.transport.secret or ""
    address = settings.secrets.get(name, "")
    kept = settings.home / "keys" / f"{name}.url"
    if not address:
        with suppress(OSError, UnicodeDecodeError):
            address = kept.read_text("utf-8").strip()
    remedy = f"Put the database's address (postgresql+psycopg2://user:password@host:port/name) into {kept}, mode 0600."
    if not address:
        raise LoginRefused(f"{source.name}: the secret {name} is not set", remedy=remedy)
    try:
        url = sa.make_url(address)
        engine = sa.create_engine(
            url, poolclass=sa.pool.NullPool, connect_args=driver_options(url.get_dialect().name), hide_parameters=True
        )
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ImportError, ValueError):
        cause = f"the secret {name} is no address of a database, or its driver is not installed"
        raise PlaceRefused(f"{source.name}: {cause}", remedy=remedy) from None
    return engine, f"{url.get_backend_name()}://{url.host or ''}:{url.port or ''}/{url.database or ''}"
