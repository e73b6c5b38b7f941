"""Everything that can stop a stage. A finding about a row is an issue, never an error."""

from typing import ClassVar


class ExchangeError(Exception):
    """A stage cannot go on.

    `remedy` tells the person on duty what to do next. Neither the message nor the remedy ever
    carries a value from a person's row: they reach task logs and terminals.
    """

    exit_code: ClassVar[int] = 1
    retry: ClassVar[bool] = False

    def __init__(self, message: str, *, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


class RegistryError(ExchangeError):
    """A declaration under schemas/ or expectations/ is wrong; every problem is listed at once."""

    exit_code = 10


class DeliveryError(ExchangeError):
    """A delivery cannot be taken in as it is."""

    exit_code = 11


class LayoutError(ExchangeError):
    """A file's structure is not the agreed one."""

    exit_code = 12


class ContentError(ExchangeError):
    """Rows or counts contradict each other in a way no rule may settle."""

    exit_code = 13


class PeriodClosed(ExchangeError):
    """The month is published; it changes only by an explicit reopening."""

    exit_code = 14


class PeriodOrder(ExchangeError):
    """A month was asked for before the month it opens from was published."""

    exit_code = 15


class Busy(ExchangeError):
    """Another run holds the month, or has taken it over."""

    exit_code = 16


class PublicationError(ExchangeError):
    """A check that guards publication or release failed; nothing was released."""

    exit_code = 17


class TransferError(ExchangeError):
    """Bytes did not arrive whole, in either direction; trying again may help."""

    exit_code = 18
    retry = True


class HostKeyError(ExchangeError):
    """The server is not the one that was pinned. Never retried: this is how an attack looks."""

    exit_code = 19


class ServiceUnavailable(ExchangeError):
    """Something outside the process is down; trying again may help."""

    exit_code = 20
    retry = True
