"""The validation report's page: renders what `rules.report` decided and files it, whole and only when it changed."""

import os
import tempfile
from pathlib import Path

import jinja2

from exchange.model.report import ReportFacts
from exchange.services.bundle import Services

_TEMPLATE = "validation_report.html"


def render(report: object) -> str:
    """The page for a view of `rules.report`: equal views give equal text."""
    return render_page(_TEMPLATE, report=report)


def render_page(template: str, **parts: object) -> str:
    """A page of services/templates: self-contained, everything it prints escaped, an unknown name an error."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("exchange.services", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["n"] = lambda number: f"{number:,}"
    environment.filters["percent"] = lambda share: f"{share * 100:.1f}%"
    return environment.get_template(template).render(**parts)


def file_report(facts: ReportFacts, page: str, services: Services) -> Path:
    """Puts the page in its place below `home/reports/<period>/` (a draft: in `draft/` there); returns the path."""
    parts = ("reports", str(facts.period)) if facts.generation else ("reports", str(facts.period), "draft")
    target = services.settings.under(*parts) / f"validation_{facts.period}.html"
    put_page(target, page.encode("utf-8"))
    return target


def put_page(target: Path, content: bytes) -> None:
    """Puts the page in place whole, and leaves an equal page alone."""
    if target.exists() and target.read_bytes() == content:
        return
    descriptor, name = tempfile.mkstemp(prefix=".part-", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o640)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
