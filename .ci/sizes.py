"""Fails when a file or a function has outgrown a reader's head: 400 lines a file, 60 a function."""

import ast
import subprocess
import sys
from pathlib import Path

FILE_LIMIT, FUNCTION_LIMIT = 400, 60


def problems(path: Path) -> list[str]:
    """What is too large in one Python file."""
    text = path.read_text(encoding="utf-8")
    lines = len(text.splitlines())
    found = [f"{path}: {lines} lines, {FILE_LIMIT} allowed"] if lines > FILE_LIMIT else []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LIMIT:
                found.append(f"{path}:{node.lineno}: {node.name} has {length} lines, {FUNCTION_LIMIT} allowed")
    return found


def main() -> int:
    """Checks every Python file git knows or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    found = [problem for name in listed if Path(name).exists() for problem in problems(Path(name))]
    sys.stderr.write("".join(f"{problem}\n" for problem in found))
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
