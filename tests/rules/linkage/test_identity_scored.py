"""Joining by weight: numbers stay apart, close rivals go to people, and no order of pairs changes anything."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.rules.linkage.clusters import Edge
from exchange.rules.persons.clusters import Cluster, Linker
from exchange.rules.persons.evidence import priority, runners_up
from exchange.rules.persons.scored import join_scored

EDGES = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(-2, 30)).filter(lambda edge: edge[0] != edge[1]),
    max_size=25,
    unique_by=lambda edge: (min(edge[:2]), max(edge[:2])),
)
NUMBERS = st.dictionaries(st.integers(0, 9), st.sampled_from("ABC"), max_size=6)


def linker_of(numbers: dict[int, str], forbidden: dict[int, str] | None = None) -> Linker:
    clusters = {node: Cluster([node]) for node in range(10)}
    for node, number in numbers.items():
        clusters[node].numbers["resident"] = number
    for node, number in (forbidden or {}).items():
        clusters[node].forbidden.add(("resident", number))
    return Linker(clusters)


def edges_of(found: list[tuple[int, int, int]]) -> list[Edge]:
    return [Edge(min(a, b), max(a, b), float(score)) for a, b, score in found]


@settings(max_examples=200, deadline=None)
@given(EDGES, NUMBERS)
def test_two_clusters_with_numbers_never_join(found, numbers):
    linker = linker_of(numbers)
    join_scored(linker, edges_of(found), 4.0, 6.0)
    roots = [linker.root(node) for node in numbers]
    assert len(set(roots)) == len(numbers)


@settings(max_examples=100, deadline=None)
@given(EDGES, NUMBERS, st.randoms(use_true_random=False))
def test_the_order_of_pairs_changes_nothing(found, numbers, rng: random.Random):
    one, two, shuffled = linker_of(numbers), linker_of(numbers), list(found)
    rng.shuffle(shuffled)
    first = join_scored(one, edges_of(found), 4.0, 6.0)
    assert join_scored(two, edges_of(shuffled), 4.0, 6.0) == first
    assert one.linked().roots == two.linked().roots


def test_the_best_fitting_person_is_taken_and_the_joined_nodes_are_told():
    linker = linker_of({0: "A", 1: "B"})
    found = join_scored(linker, [Edge(0, 2, 12.0), Edge(1, 2, 5.0), Edge(2, 3, 9.0)], 4.0, 6.0)
    assert linker.root(0) == linker.root(2) == linker.root(3) != linker.root(1)
    assert [(joint.edge.b, joint.loose) for joint in found.joints] == [(2, (2,)), (3, (3,))]
    assert {node: tier for node, tier in linker.linked().joined_by.items() if node in (2, 3)} == {2: "FS", 3: "FS"}


def test_a_second_numbered_person_within_the_margin_stops_the_link_even_below_the_threshold():
    linker = linker_of({0: "A", 1: "B"})
    found = join_scored(linker, [Edge(0, 2, 8.0), Edge(1, 2, 3.0)], 4.0, 6.0)
    assert linker.root(2) == 2
    assert found.narrow == [(Edge(0, 2, 8.0), 5.0)]


def test_a_number_proven_not_to_be_its_own_keeps_a_node_away():
    linker = linker_of({0: "A"}, forbidden={2: "A"})
    found = join_scored(linker, [Edge(0, 2, 25.0)], 4.0, 6.0)
    assert linker.root(2) == 2
    assert found.refused == [Edge(0, 2, 25.0)]


def test_the_runner_up_is_the_best_other_person_of_either_side():
    joined, others = [Edge(0, 2, 12.0)], [Edge(0, 2, 12.0), Edge(1, 2, 5.0), Edge(0, 3, 7.0)]
    assert runners_up(joined, others, {0: 0, 1: 1, 2: 0, 3: 3}) == {(0, 2): 7.0}
    assert runners_up(joined, joined, {0: 0, 2: 0}) == {}


def test_what_people_should_see_first_is_a_narrow_choice_then_even_odds():
    narrow, wide = priority("margin", 20.0, 0.5), priority("margin", 20.0, 5.5)
    even, likely = priority("near", 0.0, None), priority("near", 3.9, None)
    assert narrow > wide > even > likely > 0
