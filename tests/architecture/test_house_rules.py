"""Rules about the house that no linter knows."""

import re
from pathlib import Path

PROJECT = Path(__file__).parents[2]
PACKAGE = PROJECT / "src" / "exchange"
PYTHON = sorted(PACKAGE.rglob("*.py"))


def test_no_module_outside_the_demo_knows_a_source_by_name():
    names = [path.stem for path in (PROJECT / "schemas" / "sources").glob("*.yaml")]
    word = re.compile("|".join(rf"[\"']{name}[\"']" for name in names))
    guilty = [
        f"{path.relative_to(PROJECT)}:{number}"
        for path in PYTHON
        if "demo" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if word.search(line)
    ]
    assert guilty == []


def test_every_statement_says_what_it_touches_and_ends_once():
    for path in (PACKAGE / "sql").rglob("*.sql"):
        text = path.read_text(encoding="utf-8")
        where = path.relative_to(PROJECT)
        for word in ("-- reads:", "-- writes:", "-- parameters:"):
            assert word in text, f"{where} lacks {word}"
        body = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("--"))
        assert ";" not in body.strip().rstrip(";"), f"{where} holds more than one statement"


def test_every_module_says_what_belongs_in_it():
    silent = [str(path.relative_to(PROJECT)) for path in PYTHON if not path.read_text("utf-8").startswith('"""')]
    assert silent == []


def test_the_lock_names_no_host_and_pins_every_package_by_hash():
    lock = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert "--index" not in lock
    pinned = re.findall(r"^[a-z0-9][a-z0-9._-]*==", lock, re.MULTILINE)
    assert len(pinned) > 100
    entries = re.split(r"\n(?=[a-z0-9])", lock)
    assert [entry.split("==")[0] for entry in entries if "==" in entry.splitlines()[0] and "--hash" not in entry] == []


def test_the_top_level_holds_what_was_agreed():
    allowed = {
        "dags", "plugins", "src", "schemas", "expectations", "tests", "docs", "benchmarks",
        "docker-compose.yml", "pyproject.toml", "README.md", "README.zh-CN.md", "CHANGELOG.md", "LICENSE", "Makefile",
        "requirements.lock",
    }  # fmt: skip
    found = {path.name for path in PROJECT.iterdir() if not path.name.startswith(".")}
    assert found <= allowed
