"""The auditor's letters: the validation report and the manifest of the publication, counts and fingerprints only."""

import hashlib
import json
from collections.abc import Iterator

from exchange.rules.letters.letters import file_name
from exchange.services.delivery.packages import Letter
from exchange.stages.notify.month import Account, NotifiedMonth
from exchange.stages.notify.report import write_report


def auditor_letters(month: NotifiedMonth) -> Iterator[tuple[Account, Iterator[Letter]]]:
    """One account per product with recipients of kind auditor."""
    for product in month.registry.products.values():
        recipient = product.recipient("auditor")
        if recipient is not None:
            account = month.account(product, recipient, "审计")
            yield account, _letters(month, product.name, product.title, product.file_name)


def _letters(month: NotifiedMonth, product: str, title: str, pattern: str) -> Iterator[Letter]:
    head = month.letterhead()
    report = write_report(month.run, month.registry, month.services)
    yield _letter(product, title, file_name(pattern, head), report.read_bytes())
    manifest = json.dumps(month.booked["manifest"], ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"
    yield _letter(product, "发布清单", file_name("{county6}_{district}_发布清单_{period}.json", head), manifest)


def _letter(product: str, title: str, name: str, content: bytes) -> Letter:
    digest = hashlib.sha256(content).hexdigest()
    return Letter(name, product, title, "审计", content, 0, digest)
