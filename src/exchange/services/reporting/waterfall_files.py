"""Pictures of weighed pairs on disk: SVG, a printable page, or PNG by a program this machine already has."""

import os
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from exchange.model.errors import LayoutError
from exchange.model.explained import Explained, Weighing
from exchange.services.reporting.waterfall import WIDTH, drawing, picture, pictures_page

PROGRAMS: Final = ("rsvg-convert", "chromium", "chromium-browser", "google-chrome", "msedge")
"""What turns a drawing into dots, the best first; nothing of ours does, because no text is set without a font."""

_KINDS: Final = (".svg", ".html", ".png")
_SECONDS: Final = 60
_SCALE: Final = 2
# A browser refuses its own sandbox to root. What it draws is ours and loads nothing.
_AS_ROOT: Final = ("--no-sandbox",)


def write_pictures(found: Explained, to: Path, program: str | None = None) -> list[Path]:
    """Draws every pair of `found` to `to`; several pairs as .svg or .png go to `<name>-1`, `-2` …; the files written.

    `program`: the one of PROGRAMS that is there, for .png. Raises LayoutError for another suffix, for nothing to draw,
    and where no program makes dots. Every file is whole or not there, and for its owner only.
    """
    suffix = to.suffix.lower()
    if suffix not in _KINDS:
        raise LayoutError(f"a picture cannot be written as {to.suffix or 'a file without suffix'}",
                          remedy="Name a .svg, .png or .html file.")  # fmt: skip
    if not found.pairs:
        raise LayoutError("没有可画的：这里没有按模型计分的认定", remedy="凭号码或层级的认定不计分，其依据见文字。")
    if suffix == ".png" and program is None:
        raise LayoutError("没有能生成 PNG 的程序", remedy="改用 .svg 或 .html，用浏览器打开后可打印；或安装 Chromium。")
    to.parent.mkdir(parents=True, exist_ok=True)
    if suffix == ".html":
        return [_put(to, pictures_page(found.title, found.pairs, found.lines).encode())]
    many = len(found.pairs) > 1
    paths = [to.with_name(f"{to.stem}-{n}{to.suffix}") if many else to for n in range(1, len(found.pairs) + 1)]
    for path, pair in zip(paths, found.pairs, strict=True):
        _put(path, _dots(pair, str(program)) if suffix == ".png" else picture(pair).encode())
    return paths


def _dots(pair: Weighing, program: str) -> bytes:
    tall = round(drawing(pair).height)
    with tempfile.TemporaryDirectory(prefix="exchange-picture-") as folder:
        source, target = Path(folder) / "picture.svg", Path(folder) / "picture.png"
        source.write_text(picture(pair, width=f"{WIDTH:.0f}", height=str(tall)), encoding="utf-8")
        if Path(program).name == "rsvg-convert":
            words = [program, "--zoom", str(_SCALE), "--output", str(target), str(source)]
        else:
            words = [program, "--headless", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={folder}/profile",
                     f"--window-size={WIDTH:.0f},{tall}", f"--force-device-scale-factor={_SCALE}",
                     f"--screenshot={target}", *_AS_ROOT[: os.geteuid() == 0],
                     source.as_uri()]  # fmt: skip
        try:
            subprocess.run(words, check=True, capture_output=True, timeout=_SECONDS, stdin=subprocess.DEVNULL)
            return target.read_bytes()
        except (OSError, subprocess.SubprocessError) as error:
            kind = type(error).__name__
            raise LayoutError(f"{Path(program).name} made no picture ({kind})", remedy="Write .svg or .html.") from None


def _put(path: Path, content: bytes) -> Path:
    part = path.with_name(f".{path.name}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    part.replace(path)
    return path
