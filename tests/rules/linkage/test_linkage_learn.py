import numpy as np
import pytest

from exchange.rules.linkage.learn import expectation_maximisation, shares, steadied


def test_few_observations_leave_what_was_expected():
    assert shares([1], [1], 2, [0.5, 0.5]) == pytest.approx([0.476, 0.524], abs=0.001)
    assert shares([], [], 2, [0.2, 0.8]) == pytest.approx([0.2, 0.8])
    assert shares([-1, 1], [1000, 1000], 2, [0.5, 0.5])[1] > 0.98


def test_agreement_of_matches_is_learnt_without_a_labelled_pair():
    rng = np.random.default_rng(7)
    matches, others = 2000, 6000
    true = np.array([[rng.random() < p for p in (0.95, 0.8, 0.9, 0.7)] for _ in range(matches)]).astype(int)
    false = np.array([[rng.random() < 0.02 for _ in range(4)] for _ in range(others)]).astype(int)
    patterns, counts = np.unique(np.vstack([true, false]), axis=0, return_counts=True)
    start = {column: [0.2, 0.8] for column in range(4)}
    u = {column: [0.98, 0.02] for column in range(4)}
    m = expectation_maximisation(patterns, counts.astype(float), start, u, 0.25, range(4))
    assert [m[column][1] for column in range(4)] == pytest.approx([0.95, 0.8, 0.9, 0.7], abs=0.03)


def test_a_closed_comparison_keeps_its_weights():
    patterns, counts = np.array([[0, 0], [1, 1]]), np.array([500.0, 500.0])
    m = expectation_maximisation(
        patterns, counts, {0: [0.2, 0.8], 1: [0.3, 0.7]}, {0: [0.9, 0.1], 1: [0.9, 0.1]}, 0.1, [1]
    )
    assert m[0] == [0.2, 0.8]
    assert m[1] != [0.3, 0.7]


def test_a_value_of_a_small_table_is_as_rare_as_usual_and_of_a_large_one_as_rare_as_it_is():
    found, usual = np.array([0.5, 0.5]), {"name": 0.0001}
    assert steadied(["name", "other"], found, usual, 2)[0] < 0.003
    assert steadied(["name", "other"], found, usual, 2)[1] == 0.5
    assert steadied(["name", "other"], found, usual, 10**6)[0] == pytest.approx(0.5, abs=0.001)
