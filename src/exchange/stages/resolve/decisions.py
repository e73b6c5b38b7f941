"""Resolve, the word of people: their decisions about earlier rows, and the persons these rows make us look at anew."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import pandas as pd

from exchange.model.period import Period
from exchange.rules.persons.clusters import rows_of
from exchange.rules.persons.decisions import reversals, standings
from exchange.services.bundle import Services
from exchange.services.identity.decisions import Said
from exchange.services.identity.persons import Persons
from exchange.services.sets import Sets
from exchange.services.vault import Vault
from exchange.stages.resolve.frames import as_table, ids

Kind = Literal["same", "different", "rejoin", "unjoin"]


@dataclass(frozen=True)
class Ruling:
    """A decision that holds, or one that was taken back after it took effect (`rejoin` undoes a split, `unjoin` a
    merge). The persons are those of the rows before the month; `ids` the statements it rests on."""

    kind: Kind
    row_a: str
    row_b: str
    person_a: str
    person_b: str
    ids: tuple[str, ...]

    @property
    def is_one(self) -> bool:
        """Whether both rows are one person's so far."""
        return self.person_a == self.person_b


@dataclass(frozen=True)
class Word:
    """What people said, as far as persons known before the month are concerned, and whom to look at anew.

    `settled`: pairs of persons a source's own correction shows to be one (owner of a number, who was kept from it).
    `meant`: earlier row -> the person a full clustering found it to be of, for everybody it would change.
    `rows`: the earlier rows of the persons looked at anew (row_id, person_id, linked_id, period, source). `judged`:
    pairs of persons nobody is to be asked about again.
    """

    rulings: tuple[Ruling, ...]
    settled: tuple[tuple[str, str], ...]
    rows: pd.DataFrame
    judged: frozenset[frozenset[str]] = frozenset()
    meant: Mapping[str, str] = field(default_factory=dict)

    @property
    def opened(self) -> frozenset[str]:
        """The persons looked at anew."""
        return frozenset(self.rows["person_id"])

    def partners(self, kinds: Collection[str]) -> dict[str, set[str]]:
        """Person -> the other persons of the rulings of these kinds; sources' corrections count as `same`."""
        told = [(r.person_a, r.person_b) for r in self.rulings if r.kind in kinds and not r.is_one]
        found: dict[str, set[str]] = defaultdict(set)
        for one, two in (*told, *(self.settled if "same" in kinds else ())):
            found[one].add(two)
            found[two].add(one)
        return found

    def parted(self) -> pd.DataFrame:
        """row_a, row_b of every pair of rows that people told apart."""
        pairs = [(ruling.row_a, ruling.row_b) for ruling in self.rulings if ruling.kind == "different"]
        return pd.DataFrame(pairs, columns=["row_a", "row_b"], dtype=object)

    def met(self) -> set[str]:
        """Registered persons who take part because of what was said."""
        told = {person for r in self.rulings if r.kind in ("same", "rejoin") and not r.is_one
                for person in (r.person_a, r.person_b)}  # fmt: skip
        return (told | {person for pair in self.settled for person in pair}) - self.opened


def word_of(said: Said, register: Persons, meant: Mapping[str, str]) -> Word:
    """The decisions that hold and those taken back, with the persons of their rows; nobody is opened yet."""
    held = [(each.verdict, pair, each.ids) for pair, each in standings(said.statements).items()
            if each.verdict in ("same", "different")]  # fmt: skip
    undone = [("unjoin" if effect == "joined" else "rejoin", pair, made)
              for pair, (effect, made) in reversals(said.statements, said.applied).items()]  # fmt: skip
    everything = [*held, *undone]
    judged = [pair for pair, each in standings(said.statements).items() if each.state != "open"]
    asked = pd.Series(sorted({row for pair in (*judged, *(told[1] for told in undone)) for row in pair}), dtype=object)
    person = dict(rows_of(register.persons_of_rows(asked), "row_id", "person_id"))
    rulings = [Ruling(kind, *pair, person[pair[0]], person[pair[1]], made)  # type: ignore[arg-type]
               for kind, pair, made in everything if pair[0] in person and pair[1] in person]  # fmt: skip
    pairs = frozenset(frozenset((person.get(one, one), person.get(two, two))) for one, two in judged)
    return Word(tuple(sorted(rulings, key=lambda r: (r.row_a, r.row_b, r.kind))), (), no_rows(), pairs, meant)


def persons_to_part(word: Word, register: Persons) -> set[str]:
    """Persons who are one so far and ought to be several, by what people said, or whom a full clustering changes."""
    apart = {ruling.person_a for ruling in word.rulings if ruling.kind in ("different", "unjoin") and ruling.is_one}
    return apart | set(register.persons_of_rows(pd.Series(sorted(word.meant), dtype=object))["person_id"])


def open_persons(word: Word, persons: Iterable[str], register: Persons, services: Services, *, least: int = 2) -> Word:
    """The same word with the earlier rows of `persons`, in the order of rows.

    A person with a single row (fewer than `least`) has nothing to part, unless a full clustering joins him with
    somebody; one of whom a row is not in the lake any more stays closed.
    """
    wanted = pd.Series(sorted({*persons, *word.opened}), dtype=object)
    rows = register.rows_of(wanted)
    gone = {(period, source) for period, source in set(rows_of(rows, "period", "source"))
            if accepted_of(services, period, source) is None}  # fmt: skip
    lost = [place in gone for place in rows_of(rows, "period", "source")]
    closed = set(rows["person_id"][pd.Series(lost, index=rows.index, dtype=bool)])
    counts = rows["person_id"].value_counts()
    meant = set(rows["person_id"][rows["row_id"].isin(word.meant).to_numpy(dtype=bool)]) if word.meant else set()
    closed |= {str(person) for person, count in counts.items() if count < least and person not in meant}
    kept = rows[~rows["person_id"].isin(closed).to_numpy(dtype=bool)]
    return replace(word, rows=kept.reset_index(drop=True))


def lay_reopened(sets: Sets, word: Word, services: Services) -> None:
    """Table `reopened`: the earlier rows that are looked at anew, as they were accepted; `opened` names them."""
    sets.give("opened", as_table(word.rows, **ids("row_id")))
    places = sorted(set(rows_of(word.rows, "period", "source")))
    files = [path for period, source in places if (path := accepted_of(services, period, source)) is not None]
    if files:
        sets.give_files("history", files)
        sets.run("resolve/reopened")


def accepted_of(services: Services, period: str, source: str) -> Path | None:
    """Path of the accepted rows of a published month, or None when the lake has them no more."""
    made = services.ledger.fingerprint_of(Period.parse(period), "validate", source)
    name = f"accepted/{source}/{period}"
    return services.lake.path(name, made, "rows") if made and services.lake.has(name, made) else None


def take_numbers(sets: Sets, word: Word, register: Persons, vault: Vault) -> None:
    """Of two rows that people told apart and that carry one number, one loses it.

    That is the one whose partner's person has the number, else the one of the weaker source, then the later in order;
    with it go the rows of its name, where the two names differ.
    """
    apart = [ruling for ruling in word.rulings if ruling.kind == "different"]
    told = told_by(sets, [row for ruling in apart for row in (ruling.row_a, ruling.row_b)])
    owner = _owners(told.values(), register, vault)
    robbed: list[tuple[str, str | None, str | None, str | None]] = []
    for ruling in apart:
        one, two = told.get(ruling.row_a), told.get(ruling.row_b)
        for mine, person, partner in ((one, ruling.person_a, ruling.person_b), (two, ruling.person_b, ruling.person_a)):
            if mine and mine.number and person != partner and owner.get((mine.scheme, mine.number)) == partner:
                robbed.append((mine.row_id, None, None, None))
        if one and two and one.number is not None and (one.scheme, one.number) == (two.scheme, two.number):
            owning, losing = sorted((one, two), key=lambda each: (each.precedence, each.row_id))
            name = losing.name_key if losing.name_key != owning.name_key else None
            robbed.append((losing.row_id, losing.scheme, losing.number, name))
    if robbed:
        frame = pd.DataFrame(robbed, columns=["row_id", "scheme", "number", "name_key"])
        sets.give("robbed", as_table(frame, **ids("row_id", "scheme", "number", "name_key")))
        sets.run("resolve/take_numbers")


def _owners(told: Iterable["Told"], register: Persons, vault: Vault) -> dict[tuple[str | None, str], str]:
    numbers = sorted({(row.scheme or "", row.number) for row in told if row.number})
    if not numbers:
        return {}
    tokens = {vault.hmac_id(scheme, number): (scheme, number) for scheme, number in numbers}
    frame = pd.DataFrame([(scheme, token) for token, (scheme, _) in tokens.items()], columns=["scheme", "id_hmac"])
    found = rows_of(register.owners(frame), "id_hmac", "person_id")
    return {tokens[bytes(token)]: person for token, person in found}


def heed_sources(
    word: Word, claims: pd.DataFrame, register: Persons, vault: Vault, strongest: int
) -> tuple[Word, frozenset[str]]:
    """The word with the disputes that the strongest source's newest claims end, and the persons they cast doubt on:
    the register of residence says whose number it is, also when another source had it first."""
    sure = ~claims["is_contradicted"] & ~claims["is_unnamed"] & (claims["precedence"] == strongest)
    said = claims[sure.to_numpy(dtype=bool)]
    if register.is_empty or not len(said):
        return word, frozenset()
    hashed = said.assign(id_hmac=said["token"], key_hmac=vault.hmac_many("key:name", said["name_key"]))
    settled, doubted = register.flips(hashed[["scheme", "id_hmac", "key_hmac"]].drop_duplicates(), strongest)
    return replace(word, settled=tuple(sorted(rows_of(settled, "person_id", "other_id")))), doubted


def heed_word(
    sets: Sets, claims: pd.DataFrame, owners: pd.DataFrame, word: Word, register: Persons, vault: Vault
) -> pd.Series:
    """`is_disputed` of the claims on numbers, with what people said on top of what the rules found.

    A name that people (or a source's correction) said is the owner's is not disputed; a name they said is somebody
    else's, and that the owner never had, always is.
    """
    disputed = claims["is_disputed"].copy()
    same, apart = word.partners(("same", "rejoin")), word.partners(("different",))
    told = told_by(sets, [row for ruling in word.rulings for row in (ruling.row_a, ruling.row_b)])
    for ruling in word.rulings:
        one, two = told.get(ruling.row_a), told.get(ruling.row_b)
        if ruling.kind in ("same", "rejoin") and one and two and one.number and one.number == two.number:
            of_both = (claims["number"] == one.number) & claims["name_key"].isin([one.name_key, two.name_key])
            disputed[of_both.to_numpy(dtype=bool)] = False
    owner_of = {(scheme, bytes(token)): person for scheme, token, person
                in rows_of(owners, "scheme", "token", "person_id") if person in same or person in apart}  # fmt: skip
    if not owner_of:
        return disputed
    people = {person for owner in set(owner_of.values()) for person in (owner, *same[owner], *apart[owner])}
    names: dict[str, set[bytes]] = defaultdict(set)
    for person, name in rows_of(
        register.details(pd.Series(sorted(people), dtype=object)).names, "person_id", "key_hmac"
    ):
        names[person].add(bytes(name))
    for at, scheme, token, name_key in zip(
        claims.index, claims["scheme"], claims["token"], claims["name_key"], strict=True
    ):
        owner = owner_of.get((scheme, bytes(token)))
        if owner is None or pd.isna(name_key):
            continue
        name = vault.hmac_id("key:name", str(name_key))
        if any(name in names[person] for person in same[owner]):
            disputed[at] = False
        elif name not in names[owner] and any(name in names[person] for person in apart[owner]):
            disputed[at] = True
    return disputed


@dataclass(frozen=True)
class Told:
    """What one row tells of a number."""

    row_id: str
    scheme: str | None
    number: str | None
    name_key: str | None
    precedence: int


def told_by(sets: Sets, rows: Sequence[str]) -> dict[str, Told]:
    """Row -> what it tells of a number, for those of `rows` that are looked at."""
    if not rows:
        return {}
    sets.give("asked_row", as_table(pd.DataFrame({"row_id": sorted(set(rows))}), **ids("row_id")))
    found = sets.frame("resolve/told_by_rows").astype(object)
    found = found.where(found.notna(), None)
    columns = ("row_id", "scheme", "number", "name_key", "precedence")
    return {line[0]: Told(*line) for line in rows_of(found, *columns)}


def no_rows() -> pd.DataFrame:
    """No earlier row."""
    return pd.DataFrame({name: pd.Series(dtype=object) for name in
                         ("row_id", "person_id", "linked_id", "period", "source")})  # fmt: skip
