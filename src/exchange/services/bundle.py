"""All services of one installation, opened together at the door and handed to the stages."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from exchange.registry.spec import Source
from exchange.services import postgres
from exchange.services.deliveries import Deliveries
from exchange.services.lake import Lake
from exchange.services.landing import Landing
from exchange.services.ledger import Ledger
from exchange.services.settings import Settings
from exchange.services.transports.base import Inlet, Mailboxes, Outlet
from exchange.services.transports.database import DatabaseInlet
from exchange.services.transports.folder import FolderInlet
from exchange.services.transports.sftp import SftpTransport
from exchange.services.vault import Vault
from exchange.services.warehouse import Warehouse


@dataclass(frozen=True)
class Services:
    """What the stages may touch. `files` and `views` bring deliveries, `outlet` takes packages away or is None.

    `mailboxes` are the recipients' accounts, where receipts come back.
    """

    settings: Settings
    lake: Lake
    landing: Landing
    vault: Vault
    warehouse: Warehouse
    ledger: Ledger
    deliveries: Deliveries
    files: Inlet
    views: Inlet
    outlet: Outlet | None
    mailboxes: Mailboxes

    def inlet(self, source: Source) -> Inlet:
        """The way the source's deliveries come."""
        return self.views if source.transport.kind == "database" else self.files


@contextmanager
def open_services(settings: Settings) -> Iterator[Services]:
    """Everything `settings` names, migrated and ready; an embedded PostgreSQL is started when no URL is given.

    Raises ServiceUnavailable when something outside cannot be reached.
    """
    with ExitStack() as stack:
        if settings.database_url is None:
            settings = settings.with_database(stack.enter_context(postgres.running(settings)).url())
        warehouse = Warehouse(settings.database_url or "")
        stack.callback(warehouse.close)
        warehouse.migrate()
        ledger = Ledger(warehouse)
        stack.callback(ledger.close)
        keys = settings.under("keys")
        sftp = SftpTransport(settings) if settings.uses_sftp else None
        if sftp is not None:
            stack.callback(sftp.close)
        landing, deliveries = Landing(settings.under("landing"), keys), Deliveries(warehouse)
        views = DatabaseInlet(settings, landing.receiving, deliveries.seen)
        stack.callback(views.close)
        files = sftp or FolderInlet(settings.drops or settings.under("inbox"))
        yield Services(
            settings=settings,
            lake=Lake(settings.under("lake")),
            landing=landing,
            vault=Vault(keys),
            warehouse=warehouse,
            ledger=ledger,
            deliveries=deliveries,
            files=files,
            views=views,
            outlet=sftp,
            mailboxes=files,
        )
