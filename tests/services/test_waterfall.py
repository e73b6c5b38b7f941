"""The picture of a pair: well-formed, every comparison in it, bars where the bits are, on one sheet of A4."""

import shutil
import subprocess

import pytest
from lxml import etree

from exchange.model.errors import LayoutError
from exchange.model.explained import Explained, Step, Weighing
from exchange.services.reporting.waterfall import TALLEST, drawing, picture
from exchange.services.reporting.waterfall_files import PROGRAMS, write_pictures

SVG = "{http://www.w3.org/2000/svg}"
STEPS = (
    Step("先验", "任取两条记录恰为一人", -11.33, "prior"), Step("姓名", "读音相同 <&>", 8.14),
    Step("出生日期", "同一天", 9.81), Step("村居", "不同", -1.86), Step("同户封顶", "至多计 22 比特", -0.52, "cap"),
)  # fmt: skip
PAIR = Weighing("何以为一人：P1", ("本行：a", "对照行：b"), STEPS, 4.24, 4.0, -2.0, 1.5, ("模型 m",))


def drawn(text: str) -> etree._Element:
    return etree.fromstring(text.encode())


def test_every_step_the_total_and_the_runner_up_stand_in_a_well_formed_picture():
    found = drawn(picture(PAIR))
    texts = {"".join(each.itertext()).strip() for each in found.iter(f"{SVG}text")}
    for step in STEPS:
        assert {step.what, step.level, f"{step.bits:+.2f}".replace("-", "−")} <= texts
    assert {"合计", "4.24", "第二人选", "1.50", "认定界限 4.00", "交人核实 −2.00", PAIR.title, "本行：a"} <= texts
    assert len([each for each in found.iter(f"{SVG}rect") if "bar" in (each.get("class") or "")]) == len(STEPS) + 2
    assert etree.fromstring(picture(PAIR).encode()).get("width") == "277mm"


def test_a_bar_begins_where_the_one_before_ended_and_the_last_ends_at_the_total():
    place = drawing(PAIR)
    unit = (place.link.x - place.zero) / PAIR.threshold
    at = 0.0
    for row, step in zip(place.rows, STEPS, strict=False):
        ends = sorted((place.zero + at * unit, place.zero + (at + step.bits) * unit))
        assert (row.x, row.x + row.width) == pytest.approx(ends, abs=0.05)
        at += step.bits
    total = place.rows[len(STEPS)]
    assert total.x + total.width == pytest.approx(place.zero + PAIR.total * unit, abs=0.05)
    assert place.rows[len(STEPS) - 1].sum == total.sum


@pytest.mark.parametrize("count", [1, 8, 20])
def test_any_number_of_comparisons_fits_one_sheet(count):
    steps = (STEPS[0], *(Step(f"项{n}", "相同", 1.0) for n in range(count)))
    pair = Weighing("t", ("x" * 400,), steps, count - 11.33, 4.0, -2.0, None, ("n",))
    place = drawing(pair)
    assert place.height <= TALLEST
    assert all(row.x >= 330 and row.x + row.width <= 932 for row in place.rows)
    assert "第二人选" not in picture(pair)
    assert ("未达" in place.verdict) == (pair.total < 4)


def test_pictures_are_written_whole_for_their_owner_and_several_get_numbers(tmp_path):
    one, two = Explained("P1", (), ("句子 <1>",), (), (PAIR,)), Explained("P1", (), (), (), (PAIR, PAIR))
    (svg,) = write_pictures(one, tmp_path / "a.svg")
    assert drawn(svg.read_text(encoding="utf-8")).tag == f"{SVG}svg"
    assert [path.name for path in write_pictures(two, tmp_path / "b.svg")] == ["b-1.svg", "b-2.svg"]
    (page,) = write_pictures(two, tmp_path / "c.html")
    html = etree.HTML(page.read_bytes().decode())
    assert len(html.findall(".//figure")) == 2
    assert "句子 &lt;1&gt;" in write_pictures(one, tmp_path / "d.html")[0].read_text(encoding="utf-8")
    assert {path.stat().st_mode & 0o077 for path in tmp_path.iterdir()} == {0}


@pytest.mark.parametrize("name", ["a.pdf", "a", "a.png"])
def test_what_cannot_be_drawn_is_told(tmp_path, name):
    with pytest.raises(LayoutError):
        write_pictures(Explained("P1", (), (), (), (PAIR,)), tmp_path / name, None)
    with pytest.raises(LayoutError, match="没有可画的"):
        write_pictures(Explained("P1", (), (), (), ()), tmp_path / "a.svg")


def test_a_program_that_fails_is_told_and_one_that_works_makes_dots(tmp_path):
    found = Explained("P1", (), (), (), (PAIR,))
    with pytest.raises(LayoutError, match="made no picture"):
        write_pictures(found, tmp_path / "a.png", shutil.which("false"))
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program and subprocess.run([program, "--version"], capture_output=True, check=False).returncode == 0:
        (path,) = write_pictures(found, tmp_path / "b.png", program)
        assert path.read_bytes().startswith(b"\x89PNG")
