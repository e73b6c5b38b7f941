"""Reads a published month back for its recipients: lists with their sealed numbers opened, balances, senders."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from exchange.model.period import Period
from exchange.services.vault import Vault
from exchange.services.warehouse import Warehouse

Record = dict[str, Any]


@dataclass(frozen=True)
class Published:
    """One generation of one month. Numbers are opened only here and only for the township that is asked for."""

    warehouse: Warehouse
    vault: Vault
    period: Period
    generation: int

    def entries(self, township9: str, lists: Sequence[str] | None = None) -> list[Record]:
        """Entries of the township's lists, or of some: payload, `list`, `person_id`, `id_number`, `token`."""
        found: list[Record] = []
        for row in self._rows("notify/entries", self._key(township9) | {"lists": lists and list(lists)}):
            payload: Record = json.loads(row["payload"])
            cipher = row["id_cipher"]
            found.append(
                payload
                | {
                    "list": row["list"],
                    "person_id": row["person_id"],
                    "id_number": None if cipher is None else self.vault.open(cipher),
                    "token": self._token(township9, row),
                }
            )
        return found

    def expected_tokens(self, township9: str, lists: Sequence[str]) -> dict[str, set[str]]:
        """Row tokens of some lists, reckoned from the warehouse alone: what the guard holds a finished file against."""
        tokens: dict[str, set[str]] = defaultdict(set)
        for row in self._rows("notify/expected", self._key(township9) | {"lists": list(lists)}):
            tokens[row["list"]].add(self._token(township9, row))
        return tokens

    def foreign_numbers(self, township9: str, numbers: set[str]) -> int:
        """How many of `numbers` are known of nobody on the township's lists."""
        own = {(row["scheme"], row["id_hmac"]) for row in self._rows("notify/numbers", self._key(township9))}
        schemes = sorted({scheme for scheme, _ in own})
        return sum(
            all((scheme, self.vault.hmac_id(scheme, number)) not in own for scheme in schemes) for number in numbers
        )

    def packet_tokens(self) -> dict[str, set[str]]:
        """Row tokens per packet to another county, reckoned from the warehouse alone, for the guard."""
        tokens: dict[str, set[str]] = defaultdict(set)
        for row in self._rows("notify/packets", self._key()):
            tokens[row["packet_id"]].add(self._token(row["township9"], row))
        return tokens

    def foreign_to(self, person_ids: Sequence[str], numbers: set[str]) -> int:
        """How many of `numbers` are known of none of these people."""
        asked = {"period": str(self.period), "person_ids": list(person_ids)}
        own = {(row["scheme"], row["id_hmac"]) for row in self._rows("notify/numbers_of_people", asked)}
        schemes = sorted({scheme for scheme, _ in own})
        return sum(
            all((scheme, self.vault.hmac_id(scheme, number)) not in own for scheme in schemes) for number in numbers
        )

    def balances(self, scope_group: str) -> dict[str, Mapping[str, int]]:
        """The balance per township (`district` is the whole) in one scope group."""
        rows = self._rows("notify/balances", self._key() | {"scope_group": scope_group})
        return {row.pop("township9"): {name: int(count) for name, count in row.items()} for row in rows}

    def units(self) -> list[Record]:
        """What every expected sender did, as mart.unit_status has it."""
        return list(self._rows("notify/units", self._key()))

    def services(self) -> dict[str, dict[str, int]]:
        """Services to migrants: township -> class code -> rows."""
        found: dict[str, dict[str, int]] = defaultdict(dict)
        for row in self._rows("notify/services", self._key()):
            found[row["township9"]][row["service_class"]] = int(row["rows"])
        return found

    def rule_counts(self) -> dict[tuple[str, str], dict[str, int]]:
        """(source, unit) -> rule -> rows it was found in, most frequent first."""
        found: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
        for row in self._rows("notify/rule_counts", {"period": str(self.period)}):
            found[row["source"], row["unit_code"]][row["rule"]] = int(row["rows"])
        return found

    def files(self, source: str) -> dict[str, list[Record]]:
        """Files of a source's senders, per unit, with rows received, kept and set aside."""
        return self._by_unit("notify/files", source)

    def problems(self, source: str) -> dict[str, list[Record]]:
        """Findings about rows of a source's deliveries, per unit, in file order; `row_token` names a returned row."""
        found = self._by_unit("notify/problems", source)
        for rows in found.values():
            for row in rows:
                row["row_token"] = self.row_token(row["row_id"])
        return found

    def disagreements(self, source: str) -> dict[str, list[Record]]:
        """Rows of a source about which sources disagree, per unit: field, file, sheet, row."""
        return self._by_unit("notify/disagreements", source)

    def row_token(self, row_id: str) -> str:
        """What names a sender's row in the workbook that goes back to it."""
        return self.vault.token("row", row_id)

    def corrections(self, source: str) -> dict[str, list[Record]]:
        """Rows a source's senders corrected whose corrections the month took in, per unit, with what became of them."""
        return self._by_unit("notify/corrections", source)

    def answers(self) -> list[Record]:
        """What townships answered as it stood at publication, each with its row's place; corrections opened."""
        found = list(self._rows("notify/answers", self._key()))
        for row in found:
            cipher = row.pop("correction_cipher")
            row["correction"] = "" if cipher is None else self.vault.open(cipher)
        return found

    def answer_counts(self) -> list[Record]:
        """Answers of the year by place and source: fresh, answered, verified, confirmed."""
        return list(self._rows("notify/answer_counts", self._key()))

    def audit_head(self) -> Record:
        """`seq` and `hash` of the act of publication: the same whenever a package is written again."""
        act = {"act": "publish", "object": f"{self.period} 第{self.generation}版"}
        return next(self._rows("notify/audit_head", act), {"seq": 0, "hash": ""})

    def _by_unit(self, name: str, source: str) -> dict[str, list[Record]]:
        found: dict[str, list[Record]] = defaultdict(list)
        for row in self._rows(name, {"period": str(self.period), "source": source}):
            found[row["unit_code"] or ""].append(row)
        return found

    def _token(self, township9: str, row: Record) -> str:
        return self.vault.token(str(self.period), township9, row["list"], row["person_id"], row["entry_id"])

    def _key(self, township9: str | None = None) -> Record:
        key: Record = {"period": str(self.period), "generation": self.generation}
        return key if township9 is None else key | {"township9": township9}

    def _rows(self, name: str, params: Mapping[str, Any]) -> Iterator[Record]:
        """Rows of a statement as plain Python values, NULL as None."""
        with self.warehouse.transaction() as conn:
            frame = self.warehouse.query(conn, name, params)
        names = [str(column) for column in frame.columns]
        columns = [pa.array(frame[name]).to_pylist() for name in names]
        return (dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True))
