"""A sender's layout changes overnight: the same people, the same outcome of every row, the same rules."""

import csv
import html
from pathlib import Path

import openpyxl
import pytest

from exchange.demo.district import make_district
from exchange.model.period import Period
from exchange.services.transports.names import parse_name
from exchange.stages.check import verdict_of
from exchange.stages.read import read_files
from tests.metamorphoses.changes import CHANGES, Paper
from tests.support import deliveries as made
from tests.support.judging import judge
from tests.support.rowcount import delivery_rows
from tests.support.rows import PERIOD, registry

MONTHS = [Period(2026, 9), PERIOD]
PER_SOURCE = 4
PERSONAL = ("name", "id_number", "birth_date", "phone")


def rows_of(path: Path) -> list[list]:
    """The cells of a generated file's only sheet: texts, or what a workbook holds."""
    data = path.read_bytes()
    if data[:2] == b"PK":
        sheet = openpyxl.load_workbook(path).worksheets[0]
        return [["" if cell is None else cell for cell in row] for row in sheet.iter_rows(values_only=True)]
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("gb18030")
    mark = "\t" if text.count("\t") > text.count(",") else ","
    return list(csv.reader(text.splitlines(keepends=True), delimiter=mark))


def written(paper: Paper, path: Path, was: str) -> None:
    """The sheet as a file: in the container it came in unless a change says otherwise."""
    rows = [row for _, row in paper.lines]
    container = paper.container or was
    if container == "xlsx":
        made.workbook(path, (paper.sheet, rows))
    elif container == "html":
        made.page(path, [[html.escape(str(cell)) for cell in row] for row in rows])
    else:
        encoding = container if container in ("gb18030", "utf-16") else "utf-8"
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file, delimiter="\t" if encoding == "utf-16" else ",").writerows(rows)


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    """(Source, file name) -> the sheet and its container, of generated files with one sheet and one header row."""
    district = make_district(tmp_path_factory.mktemp("district"), 1_500, MONTHS, 20_263)
    found = {}
    for source in registry().sources.values():
        ours = [one for one in district.files if one.path.startswith(f"{source.transport.folder}/") and not one.case]
        ours = [one for one in ours if one.period == str(PERIOD) and one.readable and len(one.sheets) == 1]
        paths = [district.drops / one.path for one in ours if one.data_rows > 4]
        paths = [path for path in paths if b"<t" not in path.read_bytes()[:4096].lower()]
        for path, (table, facts) in zip(paths, read_files([(p, source, PERIOD) for p in paths]), strict=True):
            sheet, rows = facts["sheets"][0], rows_of(path)
            if len(sheet["header_rows"]) == 1 and len(rows) == table.num_rows:
                kinds = table["row_kind"].to_pylist()
                is_text = all(isinstance(cell, str) for row in rows for cell in row)
                container = "xlsx" if path.read_bytes()[:2] == b"PK" else "csv"
                found[source.name, path.name] = (
                    Paper.of(source, rows, sheet["header_rows"][0] - 1, kinds), container, is_text,
                )  # fmt: skip
    kept = {}
    for name in registry().sources:
        ours = sorted(key for key in found if key[0] == name)
        kept |= {key: found[key] for key in ours[:PER_SOURCE]}
    return kept


@pytest.fixture(scope="module")
def outcomes(papers, tmp_path_factory):
    """(Source, file name, change) -> the changed sheet and the file as judged."""
    files, changed = {}, {}
    for (source, name), (paper, container, is_text) in papers.items():
        for change, apply in CHANGES.items():
            after = apply(paper)
            if after.container and not is_text:
                continue  # a number cell turned into text is another number: no mere change of container
            path = tmp_path_factory.mktemp("changed") / name
            written(after, path, container)
            key = f"{source}-{name}-{len(files)}"
            files[key], changed[key] = (path, source), (source, name, change, after)
    judged = judge(files, tmp_path_factory.mktemp("lake"))
    return {changed[key][:3]: (changed[key][3], judged[key]) for key in files}


def told(after: Paper, judged) -> dict[int, tuple]:
    """Original row -> who stands there and what became of it."""
    where = after.where()
    return {
        where[row["row"]]: (*(str(row[name]) for name in PERSONAL if name in row), row["disposition"], row["rules"])
        for row in judged.rows.to_dict("records")
    }


@pytest.mark.parametrize("change", [name for name in CHANGES if name != "written anew"])
def test_the_same_people_and_the_same_outcomes_after(change, outcomes):
    tried = [key for key in outcomes if key[2] == change]
    assert {source for source, _, _ in tried} == set(registry().sources)
    for source, name, _ in tried:
        before = told(*outcomes[source, name, "written anew"])
        after, judged = outcomes[source, name, change]
        assert judged.facts["outcome"] == "ok", (name, judged.facts["message"])
        assert len(before) > 4
        assert told(after, judged) == before, name
        assert judged.facts["physical_rows"] == judged.table.num_rows == delivery_rows(judged.path)


def test_rows_with_and_without_faults_take_part(outcomes):
    dispositions = {
        found[-2] for key, pair in outcomes.items() if key[2] == "written anew" for found in told(*pair).values()
    }
    assert dispositions == {"accept", "warn", "quarantine"}


def test_a_column_the_reader_could_not_place_is_named_with_the_file_to_add_it_to(outcomes):
    for (source, name, change), (_, judged) in outcomes.items():
        if change != "an unknown column":
            continue
        assert parse_name(name) is not None
        lines = verdict_of(registry().sources[source], judged.facts, judged.tables, registry()).lines
        assert any(f"血型；如应读取，请在 schemas/sources/{source}.yaml" in line for line in lines)


def test_a_required_column_under_a_new_name_stops_the_file_and_says_where_to_declare_it(papers, tmp_path):
    for (source, name), (paper, container, _) in papers.items():
        row = paper.lines[paper.header][1]
        title = next(str(cell) for cell in row if "日期" in str(cell) or "时间" in str(cell))
        row = [f"甲乙{cell}丙" if cell == title else cell for cell in row]
        lines = [*paper.lines]
        lines[paper.header] = (paper.header + 1, row)
        path = tmp_path / name
        written(paper.with_lines(lines), path, container)
        ((_, facts),) = read_files([(path, registry().sources[source], PERIOD)])
        hints = [finding["message"] for finding in facts["findings"] if not finding["rule"]]
        assert any(f"甲乙{title}丙" in hint and f"schemas/sources/{source}.yaml" in hint for hint in hints)
