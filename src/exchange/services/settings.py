"""Where this installation keeps its things and whom it talks to: built once at the door, passed everywhere."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from exchange import __version__
from exchange.model.errors import ExchangeError

_SECRET = "EXCHANGE_SECRET_"  # noqa: S105  the name's beginning, not the secret


class SettingsError(ExchangeError):
    """A setting is missing or makes no sense."""

    exit_code = 9


@dataclass(frozen=True)
class Settings:
    """One installation.

    `drops` puts a folder in the place of the agencies' SFTP accounts; without it `sftp_*` must be set.
    `database_url` empty means: start the embedded PostgreSQL inside `home`. `secrets` are addresses of agencies'
    databases by the name a source's transport gives them; one that is not here is looked for in home/keys/<name>.url.
    """

    home: Path
    schemas: Path
    expectations: Path
    code_version: str
    units: Path | None = None
    recipients: Path | None = None
    database_url: str | None = None
    drops: Path | None = None
    sftp_host: str = "127.0.0.1"
    sftp_port: int = 0
    sftp_known_host: str | None = None
    sftp_keys: Path | None = None
    first_period: str | None = None
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def uses_sftp(self) -> bool:
        """Whether deliveries come, and packages leave, over SFTP."""
        return self.drops is None and self.sftp_port > 0

    def under(self, *parts: str) -> Path:
        """A folder below home, made when missing."""
        path = self.home.joinpath(*parts)
        path.mkdir(parents=True, exist_ok=True)
        return path

    def with_database(self, url: str) -> "Settings":
        """The same installation on the server at `url`."""
        return replace(self, database_url=url)


def from_environ(environ: Mapping[str, str], *, code_version: str, project: Path) -> Settings:
    """Settings from EXCHANGE_* variables.

    EXCHANGE_HOME, EXCHANGE_SCHEMAS, EXCHANGE_EXPECTATIONS, EXCHANGE_UNITS, EXCHANGE_RECIPIENTS,
    EXCHANGE_DATABASE_URL, EXCHANGE_DROPS, EXCHANGE_SFTP_HOST, EXCHANGE_SFTP_PORT, EXCHANGE_SFTP_KNOWN_HOST,
    EXCHANGE_SFTP_KEYS, EXCHANGE_FIRST_PERIOD, and EXCHANGE_SECRET_<NAME> for every agency's database. `project` is
    the checkout or the installed data folder that holds schemas/.
    Raises SettingsError when a value cannot be used.
    """

    def path(name: str) -> Path | None:
        value = environ.get(f"EXCHANGE_{name}", "")
        return Path(value).absolute() if value else None

    port = environ.get("EXCHANGE_SFTP_PORT", "0")
    if not port.isdecimal():
        raise SettingsError("EXCHANGE_SFTP_PORT is not a number", remedy="Set it to the port of the SFTP server.")
    return Settings(
        home=path("HOME") or Path(".exchange").absolute(),
        schemas=path("SCHEMAS") or project / "schemas",
        expectations=path("EXPECTATIONS") or project / "expectations",
        code_version=code_version,
        units=path("UNITS"),
        recipients=path("RECIPIENTS"),
        database_url=environ.get("EXCHANGE_DATABASE_URL") or None,
        drops=path("DROPS"),
        sftp_host=environ.get("EXCHANGE_SFTP_HOST", "127.0.0.1"),
        sftp_port=int(port),
        sftp_known_host=environ.get("EXCHANGE_SFTP_KNOWN_HOST") or None,
        sftp_keys=path("SFTP_KEYS"),
        first_period=environ.get("EXCHANGE_FIRST_PERIOD") or None,
        secrets={name[len(_SECRET) :].lower(): value for name, value in environ.items() if name.startswith(_SECRET)},
    )


@cache
def code_version() -> str:
    """The version and a short hash of the package's files: an artefact of other code never passes for ours."""
    package = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*")):
        if path.suffix in {".py", ".sql", ".html", ".css"}:
            digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return f"{__version__}+{digest.hexdigest()[:8]}"
