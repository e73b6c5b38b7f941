"""核验程序：离线核对拷贝出来的发件包——签名、指纹、清单链。只用 Python 标准库（3.10 及以上），单独一个文件即可运行。

The offline verifier of packages. It is shipped as this one file and shares no code with the program that signs.
用法：python3 verify_packages.py 文件夹 [--key 公钥的base64]
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

KEYS: tuple[str, ...] = ()
"""Public keys (base64) that are trusted; filled in when the file is written out."""

SIGNATURE = ".sig"

# Ed25519 (RFC 8032), verification only: points are (X, Y, Z, T) with x = X/Z, y = Y/Z, x*y = T/Z.
_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)
Link = tuple[int, str, "str | None", str]
Point = tuple[int, int, int, int]


def _add(a: Point, b: Point) -> Point:
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % _P, (a[1] + a[0]) * (b[1] + b[0]) % _P
    g, h = 2 * a[3] * b[3] * _D % _P, 2 * a[2] * b[2] % _P
    x, y, z, t = f - e, h - g, h + g, f + e
    return (x * y % _P, z * t % _P, y * z % _P, x * t % _P)


def _times(number: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = _add(total, point)
        point, number = _add(point, point), number >> 1
    return total


def _point(data: bytes) -> Point | None:
    """The point 32 bytes stand for; None when they stand for none, or not in the one agreed way."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    x = _P - x if x & 1 != sign else x
    return (x, y, 1, x * y % _P)


def _bytes(point: Point) -> bytes:
    inverse = pow(point[2], _P - 2, _P)
    x, y = point[0] * inverse % _P, point[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


_BASE = _point((4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little")) or (0, 1, 1, 0)


def ed25519_valid(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the 64 bytes of `signature` over `message` were made with the private half of `public` (32 bytes)."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, number = _point(public), int.from_bytes(signature[32:], "little")
    if key is None or number >= _L:
        return False
    digest = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % _L
    minus: Point = (_P - key[0], key[1], key[2], _P - key[3])
    return _bytes(_add(_times(number, _BASE), _times(digest, minus))) == signature[:32]


def fingerprint(public: str) -> str:
    """SHA-256 of a public key in base64, in groups of four as it stands on paper."""
    digest = hashlib.sha256(base64.b64decode(public)).hexdigest()
    return " ".join(digest[at : at + 4] for at in range(0, 64, 4))


class Findings:
    """What a check found: `lines` to print, and how many of them are `problems`."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.problems = self.manifests = self.files = 0

    def bad(self, kind: str, words: str) -> None:
        """A problem: the copy must not be relied upon."""
        self.problems += 1
        self.lines.append(f"[{kind}] {words}")

    def note(self, kind: str, words: str) -> None:
        """Something to know."""
        self.lines.append(f"[{kind}] {words}")


def check(root: Path, keys: Sequence[str]) -> Findings:
    """Every package below `root`: signature, files by hash, and the chain of manifests of each recipient."""
    found = Findings()
    chains: dict[str, list[Link]] = {}
    for place, folders, names in os.walk(str(root)):
        folders.sort()
        folder = Path(place)
        listed: dict[str, str] = {}
        manifests = sorted(name for name in names if name.startswith("manifest") and name.endswith(".json"))
        trusted = 0
        for name in manifests:
            told = _manifest(folder / name, root, keys, found)
            if told is not None:
                trusted += 1
                listed.update(_files(folder, told, root, found))
                previous = (told.get("previous") or {}).get("sha256")
                digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
                link = (int(told["number"]), digest, previous, _shown(folder / name, root))
                chains.setdefault(str(told["series"]), []).append(link)
        own = {*manifests, *(name + SIGNATURE for name in manifests)}
        others = sorted(set(names) - own - set(listed))
        if trusted == len(manifests) > 0:
            _others(folder, others, root, found)
        elif manifests and others:
            found.note("未核验", f"{_shown(folder, root)}：清单不能采信，其中 {len(others)} 个文件无从核验")
    for series in sorted(chains):
        _chain(series, sorted(chains[series]), found)
    return found


def _manifest(path: Path, root: Path, keys: Sequence[str], found: Findings) -> dict[str, Any] | None:
    """What a manifest says, or None when its signature does not hold."""
    found.manifests += 1
    content, sealed = path.read_bytes(), path.with_name(path.name + SIGNATURE)
    if not sealed.is_file():
        found.bad("缺失", f"{_shown(sealed, root)}：没有签名文件，清单不能采信")
        return None
    signature = sealed.read_bytes()
    if not any(ed25519_valid(base64.b64decode(key), content, signature) for key in keys):
        found.bad("签名不符", f"{_shown(path, root)}：清单或签名文件 {sealed.name} 被改动，或不是用可信公钥签的")
        return None
    told: dict[str, Any] = json.loads(content.decode("utf-8"))
    rows = sum(int(file["rows"]) for file in told["files"])
    found.note(
        "签名有效",
        f"{_shown(path, root)}：{told['recipient']} {told['period']} 第{told['generation']}版，"
        f"文件 {len(told['files'])} 个，{rows} 行",
    )
    return told


def _files(folder: Path, told: dict[str, Any], root: Path, found: Findings) -> dict[str, str]:
    """Holds what lies in the folder against the manifest; every listed name, and of protected files the plain one."""
    names: dict[str, str] = {}
    for file in [*told["files"], *told.get("attachments", [])]:
        path = folder / str(file["name"])
        found.files += 1
        names[path.name] = str(file["sha256"])
        if not path.is_file() or path.is_symlink():
            found.bad("缺失", f"{_shown(path, root)}：清单中有，文件夹中没有")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != file["sha256"]:
            found.bad("内容不符", f"{_shown(path, root)}：文件被改动，与清单所列指纹不一致")
    listing = json.dumps(told["files"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if hashlib.sha256(listing.encode("utf-8")).hexdigest() != told["package_sha256"]:
        found.bad("内容不符", f"{_shown(folder, root)}：清单的包摘要与其文件列表不一致")
    return names


def _others(folder: Path, names: Sequence[str], root: Path, found: Findings) -> None:
    """Files no manifest of the folder lists: what was opened with its password is known by its hash."""
    plain = _plain_hashes(folder)
    for name in names:
        path = folder / name
        if hashlib.sha256(path.read_bytes()).hexdigest() in plain:
            found.note("已解密", f"{_shown(path, root)}：与清单所列加密前内容一致")
        else:
            found.bad("多余", f"{_shown(path, root)}：不在清单中")


def _plain_hashes(folder: Path) -> set[str]:
    hashes = set()
    for path in folder.glob("manifest*.json"):
        told = json.loads(path.read_text("utf-8"))
        hashes |= {str(file["plain"]["sha256"]) for file in told["files"] if file.get("plain")}
    return hashes


def _chain(series: str, links: Sequence[Link], found: Findings) -> None:
    if links[0][0] > 1:
        found.note("清单链", f"{series}：从第 {links[0][0]} 份开始，此前的不在本文件夹")
    for (number, digest, _, where), (next_number, _, previous, next_where) in pairwise(links):
        if next_number == number:
            found.bad("清单链", f"{series}：第 {number} 份有两个不同的清单：{where}、{next_where}")
        elif next_number > number + 1:
            found.bad("清单链", f"{series}：缺第 {number + 1} 至 {next_number - 1} 份")
        elif previous != digest:
            found.bad("清单链", f"{series}：{next_where} 所接的不是 {where}")
    found.note("清单链", f"{series}：第 {links[0][0]} 至 {links[-1][0]} 份")


def _shown(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path != root else path.name


def main(arguments: Sequence[str] | None = None) -> int:
    """Checks a folder and prints what was found: 0 when all is well, 1 when not, 2 when there was nothing to check."""
    parser = argparse.ArgumentParser(description="离线核验发件包：签名、指纹、清单链。")
    parser.add_argument("folder", nargs="?", default=".", help="拷贝出来的文件夹（含 manifest.json），默认当前文件夹")
    parser.add_argument("--key", action="append", default=[], help="可信公钥（base64）；默认用程序内已写入的公钥")
    told = parser.parse_args(arguments)
    root, keys = Path(told.folder), [*told.key] or [*KEYS]
    if not keys or not root.is_dir():
        _say("没有可信公钥，请用 --key 给出。" if root.is_dir() else f"没有文件夹 {root}")
        return 2
    _say(f"核验文件夹：{root.resolve()}")
    for key in keys:
        _say(f"可信公钥指纹（请与纸面核对）：{fingerprint(key)}")
    found = check(root, keys)
    for line in found.lines:
        _say(line)
    if not found.manifests:
        _say("没有找到任何清单（manifest.json），无法核验。")
        return 2
    _say(f"共核验清单 {found.manifests} 份、文件 {found.files} 个，发现问题 {found.problems} 处。")
    _say("结论：全部一致。" if not found.problems else "结论：有不一致，请勿采信，并联系数据管理人员。")
    return 1 if found.problems else 0


def _say(words: str) -> None:
    # A Windows console of another code page must not stop the check.
    coding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(words.encode(coding, "replace").decode(coding) + "\n")


if __name__ == "__main__":
    raise SystemExit(main())
