"""The rule catalogue's page: rendered from a view and put in its place."""

from pathlib import Path

from exchange.services.reporting.report import put_page, render_page

_TEMPLATE = "rule_catalogue.html"


def render_catalogue(catalogue: object) -> str:
    """The page for a view of `rules.catalogue`: equal declarations give equal text."""
    return render_page(_TEMPLATE, catalogue=catalogue)


def file_catalogue(page: str, target: Path) -> Path:
    """Writes the page to `target`, whole, making its folder; returns `target`."""
    target.parent.mkdir(parents=True, exist_ok=True)
    put_page(target, page.encode("utf-8"))
    return target
