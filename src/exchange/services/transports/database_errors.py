"""What an agency's database refuses, in our words: SQLSTATE in, a named error out, never a value or a password."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import sqlalchemy as sa

from exchange.model.errors import TransferError
from exchange.services.transports.base import Interrupted, LoginRefused, PlaceMissing, PlaceRefused

_RETURN: Final = "Check the network and the agency's server; nothing half-read was taken in, the next run reads again."
_BY_STATE: Final[dict[str, tuple[type[TransferError], str, str]]] = {
    "42P01": (PlaceMissing, "the view does not exist", "Ask the agency to restore it, or correct transport.views."),
    "3F000": (PlaceMissing, "the schema does not exist", "Ask the agency to restore it, or correct transport.views."),
    "42703": (PlaceRefused, "a column does not exist", "Ask the agency what it renamed, then correct transport.views."),
    "42501": (PlaceRefused, "permission denied", "Ask the agency to grant SELECT on it to our user."),
    "42601": (PlaceRefused, "the query is not valid SQL", "Correct the query in transport.views."),
    "42883": (
        PlaceRefused,
        "a column's type cannot be compared (json, xml) or a function is missing",
        "Ask the agency to give such a column as text.",
    ),
    "25006": (PlaceRefused, "reading it would write, and we only read", "Ask the agency for a view that only reads."),
    "57014": (
        TransferError,
        "the statement took longer than transport.timeout_seconds",
        "Ask the agency for an index or a materialised view, or allow more seconds.",
    ),
    "22008": (PlaceRefused, "a date is out of range", "Ask the agency to correct the date in its own data."),
}
_AWAY: Final = re.compile(
    r"refused|timed? ?out|timeout expired|could not translate|no route|unreachable|closed the connection|reset by peer"
    r"|starting up|shutting down|recovery|too many|remaining connection",
    re.IGNORECASE,
)


@contextmanager
def named_login(label: str) -> Iterator[None]:
    """Errors of logging in. What is not plainly the network's fault is not tried again: accounts get locked."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        if _AWAY.search(str(error.orig)):
            raise Interrupted(f"{label}: no connection", remedy=_RETURN) from None
        raise LoginRefused(
            f"{label}: the database refuses the login",
            remedy="Check user, password and database name of the secret with the agency. It was tried once.",
        ) from None


@contextmanager
def named_read(label: str) -> Iterator[None]:
    """Errors of reading; what the server said beyond its SQLSTATE could quote a row and is left out."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        raise _named(label, error) from None
    except (ValueError, OverflowError):  # the driver's own: a year before 1, bytes that are no text
        raise PlaceRefused(
            f"{label}: a date out of range, or text in another encoding than the database says",
            remedy="Ask the agency to correct it in its own data.",
        ) from None


def _named(label: str, error: sa.exc.DBAPIError) -> TransferError:
    state = str(getattr(error.orig, "pgcode", None) or getattr(error.orig, "sqlstate", None) or "")
    if state in _BY_STATE:
        kind, cause, remedy = _BY_STATE[state]
        return kind(f"{label}: {cause}", remedy=remedy)
    lost = not state and isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError)
    if error.connection_invalidated or lost or state[:2] in ("08", "57", "40", "53"):
        return Interrupted(f"{label}: the connection was lost while reading", remedy=_RETURN)
    told = f" (SQLSTATE {state})" if state else ""
    return PlaceRefused(f"{label}: the database refuses{told}", remedy="Run the query by hand with the same user.")
