"""Who receives anything at all: every account of the products' recipients, with the name it is known by."""

from collections.abc import Iterator
from dataclasses import dataclass

from exchange.model.period import Period
from exchange.registry.load import Registry
from exchange.registry.spec_products import RecipientKind

_OTHERS: dict[RecipientKind, str] = {"bureau": "卫生健康局", "auditor": "审计"}


@dataclass(frozen=True)
class RecipientAccount:
    """An account and who stands behind it."""

    kind: RecipientKind
    account: str
    name: str


def recipient_accounts(registry: Registry, period: Period) -> list[RecipientAccount]:
    """Every account that may get something for `period`, once each, sorted by account."""
    patterns = {(to.kind, to.account) for product in registry.products.values() for to in product.recipients}
    found = {
        one.account: one for kind, pattern in sorted(patterns) for one in _accounts(registry, period, kind, pattern)
    }
    return [found[account] for account in sorted(found)]


def _accounts(registry: Registry, period: Period, kind: RecipientKind, pattern: str) -> Iterator[RecipientAccount]:
    if kind == "agency":
        for source in registry.sources.values():
            yield RecipientAccount(kind, pattern.format(account=source.transport.account), source.agency)
    elif kind in ("office", "center"):
        office, centers = registry.policy_for(period).health_office, registry.health_centers()
        for code, name in registry.townships().items():
            district = registry.divisions.area(code[:6]) or ""
            known_by = f"{district}{name}{office}" if kind == "office" else centers[code]
            yield RecipientAccount(kind, pattern.format(township9=code), known_by)
    else:
        yield RecipientAccount(kind, pattern, _OTHERS[kind])
