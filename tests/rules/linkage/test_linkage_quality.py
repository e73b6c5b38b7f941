"""Shares and the intervals they lie in."""

import pytest

from exchange.rules.linkage.quality import interval, sizes, told


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (50, 100, 0.4038, 0.5962), (999, 1000, 0.9943, 0.9998)],
)
def test_wilsons_interval_agrees_with_the_tables(hits, of, low, high):
    found = interval(hits, of)
    assert found == (pytest.approx(low, abs=5e-4), pytest.approx(high, abs=5e-4))


def test_of_nothing_nothing_is_known():
    assert interval(0, 0) == (0.0, 1.0)
    (line,) = told([{"source": "a", "hidden": 3, "findable": 0, "linked": 0, "correct": 0}])
    assert line["precision"] is None
    assert (line["recall_low"], line["recall_high"]) == (0.0, 1.0)


def test_precision_counts_what_was_linked_and_recall_what_could_be():
    (line,) = told([{"source": "a", "hidden": 100, "findable": 90, "linked": 80, "correct": 72}])
    assert (line["precision"], line["recall"]) == (0.9, 0.8)
    assert line["precision_low"] < 0.9 < line["precision_high"]


def test_persons_are_counted_by_their_rows():
    assert sizes({1: 5, 2: 4, 3: 1, 4: 2, 7: 1, 40: 1}) == {"1": 5, "2": 4, "3-4": 3, "5-9": 1, "10+": 1}
