"""Commands about what was handed out: passwords and the signing key, receipts, reminders, the same bytes again."""

from pathlib import Path
from typing import Annotated

import typer

from exchange.cli.base import (
    TIME_ZONE,
    Home,
    PeriodArgument,
    Reason,
    Usage,
    actor,
    app,
    err,
    new_run,
    out,
    period_of,
    print_table,
    settings_of,
)

packages = typer.Typer(no_args_is_help=True, help="What protects and vouches for the packages.")
receipts = typer.Typer(no_args_is_help=True, help="Who has signed for what, and who has not.")
app.add_typer(packages, name="packages")
app.add_typer(receipts, name="receipts")

_COLUMNS = ("account", "folder", "generation", "recipient", "files", "rows", "protection", "sent at", "reminders")
_SIGNED = ("signed by", "signed on", "problem")


@packages.command()
def passwords(
    period: PeriodArgument,
    to: Annotated[Path, typer.Option("--out", help="File; .xlsx or .txt, readable by you only")],
    home: Home = None,
    why: Reason = "密码交接",
) -> int:
    """Write the recipients' passwords to a sheet that is handed over on paper. The act is audited."""
    from exchange.services.bundle import open_services
    from exchange.stages.month import registry_of
    from exchange.stages.passwords import write_passwords

    month = period_of(period)
    with open_services(settings_of(home)) as services:
        number = write_passwords(services, registry_of(month, services), month, to, actor=actor(), why=why)
    err.print(f"{number} passwords → {to}", markup=False, soft_wrap=True)
    return 0


@packages.command()
def key(
    to: Annotated[Path | None, typer.Option("--out", help="Write the public key there (PEM)")] = None,
    home: Home = None,
) -> int:
    """Print the fingerprint of the key that signs manifests: publish it on paper, and compare before trusting."""
    from exchange.services.bundle import open_services
    from exchange.services.delivery.outbox import outbox_of

    with open_services(settings_of(home)) as services:
        signer = outbox_of(services).signer
    digest = signer.fingerprint
    out.print("Ed25519", signer.public, soft_wrap=True, markup=False)
    out.print("SHA-256", " ".join(digest[at : at + 4] for at in range(0, len(digest), 4)), soft_wrap=True)
    if to is not None:
        to.write_text(signer.pem, encoding="ascii")
    return 0


@receipts.command("import")
def import_receipts(
    file: Annotated[Path | None, typer.Argument(help="One receipt that came back another way")] = None,
    fetch: Annotated[bool, typer.Option("--fetch", help="Take in what lies on the recipients' accounts")] = False,
    home: Home = None,
    why: Reason = "签收回执",
) -> int:
    """Hold receipts against what was sent; one that fits closes its package. The act is audited."""
    from exchange.services.bundle import open_services
    from exchange.stages.receipts import fetch_receipts, import_receipt

    if (file is None) is not fetch:
        raise Usage("name a receipt, or say --fetch", remedy="exchange receipts import FILE, or --fetch")
    unreachable = 0
    with open_services(settings_of(home)) as services:
        if file is not None:
            found = [import_receipt(services, file, actor=actor(), why=why)]
        else:
            found, unreachable = fetch_receipts(services, actor=actor(), why=why)
    for one in found:
        out.print(f"{one.account} {one.name}：{one.judged.message}".strip(), markup=False, soft_wrap=True)
    if not found:
        out.print("没有新的回执。")
    if unreachable:
        out.print(f"{unreachable} 个账户无法连接，未收取。")
    return 1 if unreachable or any(one.judged.outcome not in ("accepted", "repeated") for one in found) else 0


@receipts.command("list")
def list_receipts(
    period: PeriodArgument,
    everything: Annotated[bool, typer.Option("--all", help="Also those that were signed for, or need not be")] = False,
    home: Home = None,
) -> int:
    """Packages of a month that nobody has signed for; 1 when there are any."""
    from exchange.services.bundle import open_services
    from exchange.services.delivery.receipts import packages_of

    month = period_of(period)
    with open_services(settings_of(home)) as services:
        rows = packages_of(services, month, unsigned_only=not everything)
    title = f"{month}: packages" if everything else f"{month}: packages nobody has signed for"
    print_table(title, (*_COLUMNS, *_SIGNED), rows)
    return 1 if rows and not everything else 0


@receipts.command("remind")
def send_reminders(home: Home = None) -> int:
    """Leave a letter with everybody who has not signed in time; what the nightly run does by itself."""
    from datetime import datetime

    from exchange.model.period import Period
    from exchange.services.bundle import open_services
    from exchange.services.config import current_registry
    from exchange.stages.receipts import remind

    settings = settings_of(home)
    run = new_run(Period.of(datetime.now(TIME_ZONE).date()), final=False)
    with open_services(settings) as services:
        number = remind(run, current_registry(settings), services)
    err.print(f"{number} reminders")
    return 0


@app.command()
def resend(
    period: PeriodArgument,
    recipient: Annotated[str, typer.Argument(help="Account, recipient, or a township's name or code")],
    home: Home = None,
    why: Reason = "接收方要求重发",
) -> int:
    """Send the stored bytes of a recipient's packages again, checked before and after. The act is audited."""
    from exchange.services.bundle import open_services
    from exchange.services.delivery.resend import resend as send_again
    from exchange.stages.month import registry_of

    month = period_of(period)
    with open_services(settings_of(home)) as services:
        done = send_again(services, registry_of(month, services), month, recipient, actor=actor(), why=why)
    for one in done:
        err.print(f"{one.place}: {one.files} files, {one.uploaded} were not there", markup=False, soft_wrap=True)
    return 0
