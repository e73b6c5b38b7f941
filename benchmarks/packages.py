"""Two hundred townships' packages, protected as in production: written, booked and signed for, by XlsxWriter's time."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.workbooks import (
    MONTH,
    PROJECT,
    TOWNSHIPS,
    Cells,
    alone_writing,
    cells_of,
    finished,
    head_of,
    month_of,
    seconds,
)
from exchange.registry.load import load_registry
from exchange.registry.spec_products import RecipientKind
from exchange.registry.spec_recipients import Protection
from exchange.rules.letters.receipts import receipt_form
from exchange.services.bundle import Services, open_services
from exchange.services.delivery.outbox import outbox_of
from exchange.services.delivery.packages import Letter, Package, sha256_of
from exchange.services.settings import Settings
from exchange.stages.receipts import import_receipt

SIZES = (1_000, 250)
PRODUCTS: dict[RecipientKind, tuple[str, ...]] = {
    "office": ("notice_office", "archive", "monthly_report"),
    "center": ("notice_center",),
    "agency": ("notice_center",),
}
"""What a recipient's package is made of. A sender's own file back weighs about as much as a health centre's."""


@dataclass(frozen=True)
class Book:
    """A workbook made once: its bytes, and its cells for XlsxWriter alone."""

    content: bytes
    cells: Cells


def measure(folder: Path) -> Iterator[str]:
    """Packages of each kind of recipient, and their receipts, over XlsxWriter alone writing the same cells."""
    policy = PROJECT / "docs" / "deploy" / "recipients.yaml"
    registry = load_registry(PROJECT / "schemas", PROJECT / "expectations", recipients=policy)
    if registry.recipients is None:
        raise SystemExit("docs/deploy/recipients.yaml declares nobody")
    settings = Settings(folder / "home", PROJECT / "schemas", PROJECT / "expectations", "bench", recipients=policy)
    with open_services(settings) as services:
        for people in SIZES:
            facts = month_of(registry, 0, people)
            for kind, products in PRODUCTS.items():
                made = [finished(registry, name, head_of(0), facts) for name in products]
                books = [Book(content, cells_of(content)) for content in made]
                packages = [
                    _package(kind, f"{kind}-{people}-{number:03d}", books, registry.recipients.kinds[kind])
                    for number in range(TOWNSHIPS)
                ]
                alone = seconds(alone_writing, [book.cells for book in books] * TOWNSHIPS)
                written = seconds(_put, services, packages)
                signed = seconds(_sign, services, packages, folder)
                method = registry.recipients.kinds[kind].method
                yield (
                    f"{TOWNSHIPS} packages for {kind}s of {people:,} people, {len(books)} files each, {method}:"
                    f" {written:.1f} s, {written / alone:.2f} of XlsxWriter alone ({alone:.1f} s);"
                    f" receipts {1000 * signed / TOWNSHIPS:.0f} ms each, {signed / alone:.2f}"
                )


def _package(kind: RecipientKind, account: str, books: list[Book], protection: Protection) -> Package:
    letters = [
        Letter(f"{place}.xlsx", f"product{place}", "t", account, book.content, 1, sha256_of(book.content))
        for place, book in enumerate(books)
    ]
    return Package(
        account=account,
        folder=str(MONTH),
        period=MONTH,
        generation=1,
        kind=kind,
        recipient=account,
        protection=protection,
        letters=tuple(letters),
        facts={},
        form=partial(receipt_form, for_system=False),
    )


def _put(services: Services, packages: list[Package]) -> None:
    outbox = outbox_of(services)
    for package in packages:
        outbox.put(package, actor="bench", why="bench")


def _sign(services: Services, packages: list[Package], folder: Path) -> None:
    """Every form filled in and brought back."""
    file = folder / "receipt.txt"
    for package in packages:
        (form,) = (services.settings.under("outbox", package.account, package.folder)).glob("签收回执_*.txt")
        text = (
            form.read_text("utf-8-sig")
            .replace("签收人：", "签收人：张某")
            .replace("签收日期：", "签收日期：2026-10-12")
        )
        file.write_text(text, encoding="utf-8")
        signed = import_receipt(services, file, actor="bench", why="bench")
        if signed.judged.outcome != "accepted":
            raise SystemExit(f"a receipt was not accepted: {signed.judged.outcome}")
