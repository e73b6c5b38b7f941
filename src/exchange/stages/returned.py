"""A workbook of ours comes back: a sender's with corrected rows, or a township's with answers; each goes its way."""

from pathlib import Path

from exchange.model.errors import ContentError
from exchange.registry.load import Registry
from exchange.services.bundle import Services
from exchange.services.returning.own_corrections import read_back
from exchange.stages.answers import import_answers
from exchange.stages.own_corrections import Hands, take_corrections
from exchange.stages.review import import_review


def import_returned(services: Services, registry: Registry, file: Path, hands: Hands) -> list[str]:
    """Takes a returned workbook over by its row tokens; what happened, in Chinese, without a value of a person.

    Raises ContentError when the file cannot be read or holds no row token at all.
    """
    if not file.is_file():
        raise ContentError(f"there is no {file}", remedy="Name the workbook that came back.")
    back = read_back(file)
    if back.rows:
        return take_corrections(services, registry, file, back, hands)
    reviewed = import_review(services, registry, file, actor=hands.actor, why=hands.why)
    if reviewed is not None:
        return reviewed
    return import_answers(services, registry, file, actor=hands.actor, why=hands.why)
