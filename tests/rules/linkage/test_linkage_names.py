import pytest

from exchange.rules.linkage.names import may_be_one_name, read_names, sounds


def read(text):
    found = read_names([text]).astype(object)
    return found.where(found.notna(), None).iloc[0]


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        ("張偉", "张伟"),  # script
        ("买买提·艾力", "买买提•艾力"),  # the dot
        ("买买提・艾力", "买买提艾力"),
        ("李 明", "李明"),  # blanks
        ("王小明（曾用名王大明）", "王小明"),  # notes
    ],
)
def test_script_dots_blanks_and_notes_make_no_other_name(typed, other):
    assert read(typed)["name"] == read(other)["name"]
    assert read(typed)["key"] == read(other)["key"]


def test_a_homophone_is_another_name_of_the_same_sound():
    assert read("李晓红")["key"] == read("李小宏")["key"]
    assert read("李晓红")["name"] != read("李小宏")["name"]


def test_a_rare_character_typed_in_letters_sounds_the_same():
    assert read("李zhe")["key"] == read("李喆")["key"]


@pytest.mark.parametrize("typed", ["李?", "李？", "李\ue86a", "李□"])
def test_an_illegible_character_has_a_place_but_no_sound(typed):
    told = read(typed)
    assert told["key"] is None
    assert (told["s1"], told["s2"], told["length"]) == ("li", "?", 2)


@pytest.mark.parametrize(
    "name",
    ["王芳", "張偉", "單小紅", "曾国藩", "欧阳修文", "尉迟恭", "万俟小乐", "买买提", "寮犱笁", "无", "王某某", "龘龘"],
)
def test_names_read_many_at_once_and_one_by_one_tell_the_same(name):
    alone = read(f" {name}").drop("raw")
    assert read(name).drop("raw").equals(alone)


def test_a_surname_is_read_as_a_surname():
    assert read("单红")["key"] == read("善红")["key"]
    assert sounds("仇伟") == ["qiu", "wei"]


def test_a_child_not_named_yet_tells_its_parents_name_only():
    told = read("王芳之子")
    assert not isinstance(told["name"], str)
    assert told["parent"] == read("王芳")["key"]


@pytest.mark.parametrize("typed", ["无", "不详", "/", "***", "", "张三、李四"])
def test_a_placeholder_or_several_names_tell_nothing(typed):
    told = read(typed)
    assert not isinstance(told["name"], str)
    assert not isinstance(told["parent"], str)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("王小明", "王晓明", True),
        ("王小明", "王小刚", True),
        ("王小明", "王明", True),
        ("王小明", "李小明", True),  # a surname may be mistyped
        ("王小明", "小明", False),  # but is never left out
        ("李?", "李喆", True),
        ("王小明", "李大刚", False),
        ("王伟", "李芳", False),
    ],
)
def test_one_slip_may_be_the_same_name_two_are_not(one, other, same):
    illegible = {"李?": ["li", "?"]}
    assert may_be_one_name(illegible.get(one) or sounds(one), sounds(other)) is same
