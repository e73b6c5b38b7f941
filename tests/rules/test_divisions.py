"""Places: addresses as clerks write them, and how far from home somebody lives."""

import pandas as pd
import pytest

from exchange.rules.divisions import Gazetteer, parse_addresses, parse_divisions, scope_of
from tests.support.rows import registry


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer(registry().divisions)


@pytest.mark.parametrize(
    ("text", "code6", "code9", "outcome"),
    [
        ("山东省淄博市周村区青年路街道", "370306", "370306003", "ok"),
        ("山东省周村区王村镇苏李村", "370306", "370306102", "ok"),
        ("淄博市周村区", "370306", None, "ok"),
        ("山东周村区", "370306", None, "ok"),
        ("山东省黄岛区", "370211", None, "ok"),
        ("河南省扶沟县城关镇", "411621", None, "ok"),
        ("广西壮族自治区柳城县", "450222", None, "ok"),
        ("内蒙古扎鲁特旗", "150526", None, "ok"),
        ("吉林市昌邑区", "220202", None, "ok"),
        ("北京市朝阳区", "110105", None, "ok"),
        ("重庆市永川区", "500118", None, "ok"),
        ("湖北省神农架林区", "429021", None, "ok"),
        ("广东省东莞市东城街道", "441900", "441900003", "ok"),
        ("海南省儋州市", "460400", None, "ok"),
        ("浙江省永康市石柱镇", "330784", "330784105", "ok"),
        ("鞍山市铁西区", "210303", None, "ok"),
        ("山东省章丘市", "370181", None, "ok"),
        ("河南省郑州市", "410100", None, "city_only"),
        ("河南省", "410000", None, "province_only"),
        ("铁西区", None, None, "unknown"),
        ("外地", None, None, "unknown"),
        ("不详", None, None, "placeholder"),
        ("", None, None, "empty"),
    ],
)
def test_an_address_names_its_county(
    gazetteer: Gazetteer, text: str, code6: str | None, code9: str | None, outcome: str
) -> None:
    place = gazetteer.read(text)
    assert (place.code6, place.code9, place.outcome) == (code6, code9, outcome)


def test_a_place_without_a_county_lies_in_the_sender_s(gazetteer: Gazetteer) -> None:
    assert gazetteer.read("丝绸路街道车站社区137号", "370306").code9 == "370306001"
    assert gazetteer.read("丝绸路街道车站社区137号").outcome == "unknown"
    assert gazetteer.township("王村", "370306") == "370306102"
    assert gazetteer.township("北郊", "370306") == "370306100"
    assert gazetteer.township("某镇", "370306") is None


def test_a_county_with_a_common_name_is_the_one_in_the_home_city(gazetteer: Gazetteer) -> None:
    assert gazetteer.read("朝阳区", "110101").code6 == "110105"
    assert gazetteer.read("朝阳区", "220102").code6 == "220104"


def test_house_numbers_make_no_difference_to_the_place(gazetteer: Gazetteer) -> None:
    column = pd.Series(["周村区丝绸路街道东门街1号", "周村区丝绸路街道东门街2号", None], dtype="string[pyarrow]")
    home = pd.Series(["370306"] * 3, dtype="string[pyarrow]")
    read = parse_addresses(column, gazetteer, home)
    assert read["township9"].fillna("").tolist() == ["370306001", "370306001", ""]
    assert read["value"].fillna("").tolist() == [*column.tolist()[:2], ""]


def test_division_codes_may_be_long_short_or_wrong(gazetteer: Gazetteer) -> None:
    column = pd.Series(
        ["370306001", "370306", "370306000000", "370306102200", "3703", "370181", "999999", "无"],
        dtype="string[pyarrow]",
    )
    read = parse_divisions(column, gazetteer)
    assert read["value"].fillna("").tolist() == [
        "370306001", "370306", "370306", "370306102200", "370300", "370181", "", "",
    ]  # fmt: skip
    assert read["outcome"].tolist() == ["ok", "ok", "ok", "ok", "partial", "ok", "unknown", "empty"]


@pytest.mark.parametrize(
    ("hukou6", "hukou9", "current6", "current9", "scope"),
    [
        ("370303", None, "370306", None, "inter_district_same_city"),
        ("370321", None, "370306", None, "inter_county_same_city"),
        ("370102", None, "370306", None, "inter_city_same_province"),
        ("341222", None, "370306", None, "inter_province"),
        ("330784", "330784105", "330784", "330784001", "intra_county"),
        ("500101", None, "500103", None, "inter_district_same_city"),
        ("500229", None, "500103", None, "inter_county_same_city"),
        ("370306", "370306001", "370306", "370306001", "same_township"),
        ("370306", "370306002", "370306", "370306001", "intra_district"),
        ("370306", None, "370306", "370306001", "intra_district"),
        ("419001", None, "410102", None, "inter_city_same_province"),
        ("429004", None, "429005", None, "inter_city_same_province"),
        ("659001", None, "659002", None, "inter_city_same_province"),
        ("410171", None, "410102", None, "inter_district_same_city"),
        ("370181", None, "370102", None, "inter_county_same_city"),
        ("410000", None, "370306", None, "inter_province"),
        ("370100", None, "370306", None, "inter_city_same_province"),
        ("370300", None, "370306", None, "unknown"),
        ("370000", None, "370306", None, "unknown"),
        ("810000", None, "370306", None, "inter_province"),
        (None, None, "370306", "370306001", "unknown"),
    ],
)
def test_the_scope_follows_from_the_two_places(
    hukou6: str | None, hukou9: str | None, current6: str, current9: str | None, scope: str
) -> None:
    assert scope_of(hukou6, hukou9, current6, current9, registry().divisions.areas) == scope
