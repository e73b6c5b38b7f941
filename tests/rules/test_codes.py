"""Coded answers: codes, names and pairs, in the dictionary of whoever sent them."""

import pandas as pd
import pytest

from exchange.rules.cells.codes import Dictionary, parse_by_sender, parse_codes
from tests.support.rows import registry, typed


def reason(own: str | None = None) -> Dictionary:
    codes = registry().codes
    return Dictionary(codes["stay_reason"], codes[own] if own else None)


@pytest.mark.parametrize(
    ("text", "code", "outcome"),
    [
        ("01", "01", "ok"),
        ("1", "01", "ok"),
        ("务工", "01", "ok"),
        ("打工", "01", "ok"),
        ("01-务工", "01", "ok"),
        ("０１－务工", "01", "ok"),
        ("1、务工", "01", "ok"),
        ("01务工", "01", "ok"),
        ("[01]务工", "01", "ok"),
        ("务工(01)", "01", "ok"),
        ("01/务工", "01", "ok"),
        ("1.0", "01", "ok"),
        ("务工√", "01", "ok"),
        ("其它", "99", "ok"),
        ("02务工", None, "mismatch"),
        ("01种树", None, "unknown"),
        ("不适用", None, "placeholder"),
        ("02-务工", None, "mismatch"),
        ("77-务工", None, "mismatch"),
        ("01-种树", "01", "unverified"),
        ("77-种树", None, "unknown"),
        ("种树", None, "unknown"),
        ("无", None, "placeholder"),
        ("", None, "empty"),
    ],
)
def test_an_answer_in_the_agreed_list(text: str, code: str | None, outcome: str) -> None:
    codes, found = reason().read(text)
    assert (codes[0] if codes else None, found) == (code, outcome)


def test_a_sender_s_own_code_is_not_taken_for_the_agreed_one() -> None:
    assert reason("stay_reason_zzsy").read("02-临时工") == (("01",), "ok")
    assert reason("stay_reason_zzsy").read("02") == (("01",), "ok")
    assert reason("stay_reason_dic3").read("131") == (("08",), "ok")
    assert reason("stay_reason_dic3").read("02") == ((), "unknown")


def test_a_sender_with_its_own_codes_may_still_write_the_agreed_words() -> None:
    assert reason("stay_reason_dic3").read("务农") == (("02",), "ok")


def test_a_word_that_is_nothing_elsewhere_may_be_an_answer() -> None:
    sex = Dictionary(registry().codes["sex"], registry().codes["sex_10"])
    assert sex.read("0") == (("2",), "ok")
    assert Dictionary(registry().codes["sex"]).read("女性") == (("2",), "ok")
    assert Dictionary(registry().codes["sex"]).read("2-女性") == (("2",), "ok")


def test_each_row_is_read_with_the_dictionary_of_its_sender() -> None:
    text = pd.Series(["02", "02", "02", None], dtype="string[pyarrow]")
    chosen = pd.Series(["zzsy", "label", None, "zzsy"], dtype="string[pyarrow]")
    read = parse_by_sender(text, chosen, {"zzsy": reason("stay_reason_zzsy")}, reason(), ())
    assert read["value"].fillna("").tolist() == ["01", "02", "02", ""]
    assert read["outcome"].tolist() == ["ok", "ok", "ok", "empty"]


def test_one_word_means_another_thing_under_another_parent() -> None:
    items = Dictionary(registry().codes["service_item"])
    words = pd.Series(["随访", "随访", "随访"], dtype="string[pyarrow]")
    parents = pd.Series(["08", "09", None], dtype="string[pyarrow]")
    assert parse_codes(words, items, parent=parents)["value"].tolist()[:2] == ["0801", "0902"]


def test_a_blank_class_follows_from_its_item() -> None:
    rows = typed("clinic", {"service_class": None, "service_item": "0702"}, {"service_item": "建档"})
    assert rows["service_class"].tolist() == ["07", "01"]
