"""Who was told of a person: every file in which one of the person's rows ever left, asked for under audit."""

import pandas as pd

from exchange.model.errors import ContentError
from exchange.registry.load import Registry
from exchange.services.bundle import Services
from exchange.services.inspection import Listing


def disclosures_of(services: Services, registry: Registry, person_id: str, *, actor: str, why: str) -> Listing:
    """The files, oldest first: month, generation, recipient, product, list, rows, path, fingerprint, state, sent at.

    Rows of persons merged into this one, or of the one it was merged into, count as its own. The act is audited.
    Raises ContentError when nobody has that id.
    """
    pairs = [
        (product.name, name)
        for product in registry.products.values()
        for sheet in product.sheets
        for name in sheet.lists
    ]
    returning = [
        product.name for product in registry.products.values() if any(s.kind == "problems" for s in product.sheets)
    ]
    asked = {
        "person_id": person_id,
        "products": [product for product, _ in pairs],
        "lists": [name for _, name in pairs],
        "returning": returning,
    }
    with services.warehouse.transaction() as conn:
        if not len(services.warehouse.query(conn, "disclosures/person", {"person_id": person_id})):
            raise ContentError("nobody has that person id", remedy="Take the id (P…) from `exchange trace`.")
        found = services.warehouse.query(conn, "disclosures/files", asked)
        services.ledger.append_audit(conn, actor, "disclosures", person_id, why, {"rows": len(found)})
    rows = [["" if pd.isna(value) else str(value) for value in row] for row in found.itertuples(index=False)]
    return person_id, [str(column) for column in found.columns], rows
