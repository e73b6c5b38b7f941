"""What the declared headings of the sources mean, however a clerk writes them."""

import pytest

from exchange.rules.layout.header import find_header
from exchange.rules.layout.headings import Vocabulary, normalise, plain
from exchange.stages.read import shape_of
from tests.support.rows import registry


@pytest.mark.parametrize(
    ("source", "field", "written"),
    [
        ("police", "id_number", "居民身份证号码"),
        ("police", "hukou_address", "户籍地详细地址"),
        ("police", "current_address", "现居住地"),
        ("police", "arrive_date", "来本地时间"),
        ("police", "sex", "性别代码"),
        ("hr", "work_from", "入职日期"),
        ("hr", "employer", "用人单位"),
        ("clinic", "certificate_created", "建证时间"),
        ("clinic", "guardian_id", "监护人身份证号码"),
    ],
)
def test_words_that_mean_the_same_make_the_same_heading(source, field, written):
    vocabulary = Vocabulary(shape_of(registry().sources[source]))
    label = normalise(written)
    assert (vocabulary.exact(label) or vocabulary.loose(label)).field == field


@pytest.mark.parametrize("source", ["police", "hr", "clinic"])
def test_no_two_fields_of_a_source_share_a_heading_however_loosely_it_is_read(source):
    shape, owners = shape_of(registry().sources[source]), {}
    for column in shape.columns:
        for heading in column.headings:
            owners.setdefault(plain(normalise(heading)), set()).add(column.name)
    assert {label: fields for label, fields in owners.items() if len(fields) > 1} == {}


@pytest.mark.parametrize(
    "rows",
    [
        [["户籍地", "", "", "姓名", "证件号码", "居住地", "", "", "到达日期", "登记日期"],
         ["省", "市县", "详细地址", "", "", "镇(街道)", "村(居)委会", "门牌号", "", ""]],
        [["户籍地省", "户籍地市县", "户籍地址", "姓名", "证件号码",
          "居住地镇(街道)", "居住地_村(居)", "居住地门牌号", "到达日期", "登记日期"]],
    ],
)  # fmt: skip
def test_an_address_in_several_columns_is_one_address(rows):
    header = find_header(rows, Vocabulary(shape_of(registry().sources["police"])))
    assert header is not None
    assert (header.missing, header.unknown) == ((), ())
    assert header.parts == {"hukou_address": (0, 1, 2), "current_address": (5, 6, 7)}
