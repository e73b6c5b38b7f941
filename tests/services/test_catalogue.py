"""The catalogue's page: one file that needs nothing else, the same for the same declarations."""

import re
from pathlib import Path

from exchange.cli import main
from exchange.registry.load import load_registry
from exchange.rules.reporting.catalogue import catalogue_view
from exchange.services.reporting.catalogue import render_catalogue

PROJECT = Path(__file__).resolve().parents[2]


def test_the_command_writes_the_page_and_says_where(tmp_path: Path, capsys):
    target = tmp_path / "new" / "rules.html"
    assert main(["rules", "--out", str(target), "--home", str(tmp_path / "home")]) == 0
    assert str(target) in capsys.readouterr().out
    registry = load_registry(PROJECT / "schemas", PROJECT / "expectations")
    page = target.read_text(encoding="utf-8")
    assert page == render_catalogue(catalogue_view(registry))
    assert all(f'id="{rule}"' in page for rule in registry.rules)


def test_the_page_stands_alone_and_every_link_leads_somewhere_on_it():
    registry = load_registry(PROJECT / "schemas", PROJECT / "expectations")
    page = render_catalogue(catalogue_view(registry))
    assert not re.search(r"https?://|url\(|@import|<script|<link|<img", page)
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(re.findall(r'id="([^"]+)"', page))
