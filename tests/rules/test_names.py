"""Names: what belongs to them, what only stands beside them, and which of them sound alike."""

import pandas as pd
import pytest

from exchange.rules.cells.names import may_be_same, name_key, parse_names, read_name


@pytest.mark.parametrize(
    ("text", "name", "note", "outcome"),
    [
        ("王五", "王五", None, "ok"),
        ("王 五", "王五", None, "ok"),
        ("王　五", "王五", None, "ok"),
        ("阿依古丽．买买提", "阿依古丽·买买提", None, "ok"),
        ("阿依古丽•买买提", "阿依古丽·买买提", None, "ok"),
        ("张三（小）", "张三", "小", "ok"),
        ("李四[孕]", "李四", "孕", "ok"),
        ("“张三”", "张三", None, "ok"),
        ("※张三√", "张三", None, "ok"),
        ("3.张三", "张三", None, "ok"),
        ("张三2", "张三2", None, "ok"),
        ("张三（孕妇", "张三", "孕妇", "ok"),
        ("阿依古丽。买买提", "阿依古丽·买买提", None, "ok"),
        ("SMITH, JOHN", "SMITH JOHN", None, "ok"),
        ("André", "André", None, "ok"),
        ("李一家", "李一家", None, "ok"),
        ("张三(夫)李四(妻)", None, "夫、妻", "several_people"),
        ("张三＋李四", None, None, "several_people"),
        ("张三等3人", None, None, "several_people"),
        ("张三夫妇", None, None, "several_people"),
        ("ÍõÎå", None, None, "garbled"),
        ("锟斤拷", None, None, "garbled"),
        ("（无）", None, None, "placeholder"),
        ("王某之子", "王某之子", None, "temporary"),
        ("李四之女", "李四之女", None, "temporary"),
        ("未取名", "未取名", None, "temporary"),
        ("张三、李四(妻)、张小三(子)", None, "妻、子", "several_people"),
        ("张三/李四", None, None, "several_people"),
        ("张三\n李四", None, None, "several_people"),
        ("Null", "Null", None, "ok"),
        ("无名", "无名", None, "ok"),
        ("John Smith", "John Smith", None, "ok"),
        ("NULL", None, None, "placeholder"),
        ("无", None, None, "placeholder"),
        ("同上", None, None, "placeholder"),
        ("", None, None, "empty"),
        ("\u200b\u3000", None, None, "empty"),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0", None, "ok"),
    ],
)
def test_a_name_is_freed_of_what_does_not_belong_to_it(
    text: str, name: str | None, note: str | None, outcome: str
) -> None:
    got_name, got_note, got_outcome = read_name(text)
    assert (got_outcome, got_note) == (outcome, note)
    assert got_name == name or outcome == "several_people" or text.startswith("=")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("张国强", "張國強"),
        ("李静", "李婧"),
        ("单雄", "单熊"),
        ("阿依·古丽", "阿依古丽"),
        ("曾丽", "曾莉"),
        ("任杰", "任洁"),
    ],
)
def test_names_that_sound_alike_have_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("单田芳", "shantianfang"),
        ("仇和", "qiuhe"),
        ("解小东", "xiexiaodong"),
        ("曾志伟", "zengzhiwei"),
        ("尉迟恭", "yuchigong"),
        ("万俟雅言", "moqiyayan"),
        ("吕布", "lvbu"),
        ("区小明", "ouxiaoming"),
        ("孟单", "mengdan"),
        ("䶮", "yan"),
    ],
)
def test_a_surname_sounds_as_a_surname(name: str, key: str) -> None:
    assert name_key(name) == key


def test_a_character_nobody_could_print_may_be_any() -> None:
    assert name_key("王\ue800骏") == "wang?jun"
    assert may_be_same(name_key("王\ue800骏"), name_key("王鑫骏"))
    assert may_be_same(name_key("王?骏"), name_key("王*骏"))
    assert not may_be_same(name_key("王\ue800骏"), name_key("李鑫骏"))
    assert not may_be_same("wangwu", "wangliu")


def test_a_column_of_names_is_read_once_per_distinct_name() -> None:
    read = parse_names(pd.Series(["王 五", None, "王五", "张三、李四"], dtype="string[pyarrow]"))
    assert read["value"].fillna("").tolist() == ["王五", "", "王五", ""]
    assert read["key"].fillna("").tolist() == ["wangwu", "", "wangwu", ""]
    assert read["outcome"].tolist() == ["ok", "empty", "ok", "several_people"]
