import random

from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.rules.linkage.clusters import Edge, cluster

EDGES = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(4, 30)).filter(lambda edge: edge[0] != edge[1]),
    max_size=25,
    unique_by=lambda edge: (min(edge[:2]), max(edge[:2])),
)
NUMBERS = st.dictionaries(st.integers(0, 9), st.sampled_from("ABC"), max_size=6)


def edges_of(found):
    return [Edge(min(a, b), max(a, b), float(score)) for a, b, score in found]


@settings(max_examples=200, deadline=None)
@given(EDGES, NUMBERS)
def test_two_different_valid_numbers_never_meet_in_one_person(found, numbers):
    root = cluster(10, edges_of(found), numbers, {}, margin=1.0).root
    for node, number in numbers.items():
        for other, different in numbers.items():
            if number != different:
                assert root[node] != root[other]


@settings(max_examples=100, deadline=None)
@given(EDGES, NUMBERS, st.randoms(use_true_random=False))
def test_the_order_of_evidence_changes_nothing(found, numbers, shuffler):
    edges = edges_of(found)
    mixed = edges[:]
    shuffler.shuffle(mixed)
    assert cluster(10, edges, numbers, {}, 1.0).root == cluster(10, mixed, numbers, {}, 1.0).root


def test_the_stronger_evidence_is_heard_first():
    edges = [Edge(0, 2, 9.0), Edge(1, 2, 20.0)]
    assert cluster(3, edges, {0: "A", 1: "B"}, {}).root == [0, 1, 1]


def test_a_number_that_was_disputed_does_not_come_back_through_a_third():
    result = cluster(3, [Edge(0, 1, 9.0), Edge(1, 2, 20.0)], {0: "A"}, {2: ["A"]})
    assert result.root == [0, 1, 1]
    assert [edge.a for edge in result.refused] == [0]


def test_who_fits_two_numbers_equally_well_is_left_to_people():
    result = cluster(3, [Edge(0, 2, 12.0), Edge(1, 2, 11.5)], {0: "A", 1: "B"}, {}, margin=1.0)
    assert result.root == [0, 1, 2]
    assert len(result.narrow) == 2
    assert cluster(3, [Edge(0, 2, 18.0), Edge(1, 2, 11.5)], {0: "A", 1: "B"}, {}, margin=1.0).root == [0, 1, 0]


def test_a_long_chain_is_one_person():
    chain = [Edge(node, node + 1, 5.0) for node in range(499)]
    random.Random(1).shuffle(chain)
    assert set(cluster(500, chain, {}, {}).root) == {0}
