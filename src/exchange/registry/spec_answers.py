"""The shape of schemas/answers.yaml: what each answer on a returned list means for the months after it."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import BeforeValidator
from pydantic import Field as Constraint

from exchange.registry.spec import Spec, Words
from exchange.registry.spec_products import Product

Effect = Literal["confirmed", "absent", "settled", "wrong", "duplicate", "resting", "noted", "received", "denied"]
Verdict = Literal["right", "wrong", "none"]


def _frozen(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


_MANY = BeforeValidator(_frozen)


class Meaning(Spec):
    """One answer: its effect for `months` from the list's month, what it says of the information, who is told."""

    answer: str
    effect: Effect
    verdict: Verdict = "none"
    months: Annotated[int, Constraint(ge=1, le=24)]
    told: bool = False


class Meanings(Spec):
    """The answers that some lists offer."""

    lists: Words
    answers: Annotated[tuple[Meaning, ...], _MANY]


class Answers(Spec):
    """What answers mean, by list; the words by which a correction names a kind of field; words of care."""

    answers: Annotated[tuple[Meanings, ...], _MANY] = ()
    words: dict[str, Words] = Constraint(default_factory=dict)
    care_words: Words = ()

    @property
    def table(self) -> list[tuple[str, Meaning]]:
        """(list, meaning) for every list and answer."""
        return [(name, one) for group in self.answers for name in group.lists for one in group.answers]

    def of(self, name: str, answer: str) -> Meaning | None:
        """What `answer` means on the list `name`; None when the list does not know it."""
        return next((one for listed, one in self.table if (listed, one.answer) == (name, answer)), None)


def problems_of_answers(answers: Answers, products: Iterable[Product]) -> list[str]:
    """Answers given twice, and answers a sheet offers that nobody says the meaning of."""
    pairs = [(name, one.answer) for name, one in answers.table]
    twice = sorted({pair for pair in pairs if pairs.count(pair) > 1})
    found = [f"answers.yaml: {name}: {answer} stands twice" for name, answer in twice]
    for product in products:
        for sheet in product.sheets:
            offered = [choice for column in sheet.columns if column.field == "answer" for choice in column.choices]
            found += [
                f"answers.yaml: nothing says what {choice} on {name} means (products/{product.name}.yaml, {sheet.name})"
                for name in sheet.lists
                for choice in offered
                if answers.answers and (name, choice) not in pairs
            ]
    return found
