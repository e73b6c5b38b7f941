import pandas as pd

from exchange.rules.linkage.disputes import disputed
from exchange.rules.linkage.names import sounds


def claim(name, **more):
    told = {"number": "N", "key": "".join(sounds(name)), "sounds": "|".join(sounds(name)), "parent": None,
            "is_guardians": False, "contradicts": False, "agrees": False, "rows": 1, "sources": 1}  # fmt: skip
    return told | more


def marks(*claims):
    return disputed(pd.DataFrame(list(claims))).tolist()


def test_a_childs_row_with_its_guardians_number_is_disputed():
    assert marks(claim("王芳", agrees=True), claim("李小明", contradicts=True)) == [False, True]
    assert marks(claim("王芳", agrees=True), claim("李小明", is_guardians=True)) == [False, True]


def test_a_colleagues_number_is_disputed_by_the_name_alone():
    assert marks(claim("王芳", agrees=True, sources=2), claim("赵伟强")) == [False, True]


def test_a_badly_written_name_is_not_a_dispute():
    assert marks(claim("王小芳", agrees=True), claim("王晓芬"), claim("王芳")) == [False, False, False]


def test_a_mistyped_birth_date_under_the_same_name_is_not_a_dispute():
    assert marks(claim("王芳", agrees=True), claim("王芳", contradicts=True)) == [False, False]


def test_a_number_nobody_supports_is_disputed():
    assert marks(claim("王芳", contradicts=True)) == [True]


def test_the_order_of_rows_does_not_choose_the_owner():
    one, other = claim("王芳", agrees=True), claim("李小明", contradicts=True)
    assert marks(other, one) == [True, False]
