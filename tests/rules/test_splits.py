"""One person who turns out to be several: who keeps the id, who gets an old one back, what stays together."""

import random
from dataclasses import replace

from exchange.rules.persons.clusters import Cluster, Linker
from exchange.rules.persons.splits import Held, OldRow, claims, former_ids, hold_together, name_part


def row(name: str, node: int, linked: str = "P", period: str = "2026-08") -> OldRow:
    return OldRow(name, "P", linked, period, node)


def first(rows: list[OldRow], held: tuple[Held, ...] = ()) -> int:
    return claims(rows, held, lambda node: node)["P"][0]


def test_the_part_with_the_earliest_number_keeps_the_id_whatever_the_others_hold() -> None:
    rows = [row("a", 1), row("b", 2), row("c", 2), row("d", 3)]
    assert first(rows, (Held("P", 1, "2026-09"), Held("P", 3, "2026-08"))) == 3


def test_without_a_number_most_rows_decide_and_then_the_smallest_row() -> None:
    assert first([row("a", 1), row("b", 2), row("c", 2)]) == 2
    assert first([row("b", 1), row("a", 2)]) == 2


def test_in_a_full_clustering_most_rows_keep_the_id_and_a_number_only_settles_a_tie() -> None:
    rows, held = [row("a", 1), row("b", 2), row("c", 2), row("d", 3), row("e", 3)], (Held("P", 1, "2026-08"),)
    assert claims(rows, held, lambda node: node, by_overlap=True)["P"] == [2, 3, 1]
    assert claims(rows, (*held, Held("P", 3, "2026-08")), lambda node: node, by_overlap=True)["P"] == [3, 2, 1]


def test_what_a_full_clustering_meant_to_keep_the_id_keeps_it_in_the_month_that_acts_on_it() -> None:
    rows = [replace(row("a", 1), meant_id="Q"), replace(row("b", 2), meant_id="P")]
    assert first(rows, (Held("P", 1, "2026-08"),)) == 2


def test_along_old_lines_everybody_has_his_own_id_again() -> None:
    rows = [row("a", 1, "P"), row("b", 2, "Q"), row("c", 2, "Q")]
    assert first(rows, (Held("P", 2, "2026-08"),)) == 1
    assert former_ids(rows, {1: 1, 2: 2}) == {2: ["Q"]}


def test_an_id_whose_rows_lie_in_two_parts_does_not_come_back() -> None:
    rows = [row("a", 1, "P"), row("b", 2, "Q"), row("c", 3, "Q")]
    assert former_ids(rows, {1: 1, 2: 2, 3: 3}) == {}


def test_a_new_part_never_gets_the_id_the_others_keep() -> None:
    def derive(*words: str) -> str:
        return "/".join(words)

    assert name_part("words", (), derive) == "words"
    assert name_part("words", {"words"}, derive) == "split/words/0"


def test_only_what_is_excluded_leaves_and_the_order_of_rows_changes_nothing() -> None:
    for attempt in range(20):
        clusters = {node: Cluster([node]) for node in range(6)}
        clusters[1].apart.add(1)
        clusters[2].apart.add(-1)
        clusters[3].numbers["resident"] = "N1"
        clusters[4].numbers["resident"] = "N2"
        linker = Linker(clusters)
        rows = [row(name, node) for node, name in enumerate("abcdef")]
        random.Random(attempt).shuffle(rows)
        keepers = hold_together(linker, rows, (Held("P", 3, "2026-08"),), {})
        roots = linker.linked().roots
        assert roots[keepers["P"]] == roots[3] == roots[0] == roots[1] == roots[5]
        assert roots[2] not in (roots[3],)
        assert roots[4] != roots[3]
        assert roots[2] == roots[4]


def test_a_join_that_was_taken_back_parts_again_unless_evidence_holds_it() -> None:
    for joined in (False, True):
        linker = Linker({node: Cluster([node]) for node in (1, 2)})
        if joined:
            linker.join([1, 2], "T4")
        hold_together(linker, [row("a", 1), row("b", 2)], (), {1: {1}, 2: {-1}})
        assert (len(set(linker.linked().roots.values())) == 1) is joined
