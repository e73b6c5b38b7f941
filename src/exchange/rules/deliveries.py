"""What becomes of each file an agency sends: taken, known, repeated, incomplete, refused, replaced or held."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import pandas as pd

from exchange.model.period import Period
from exchange.model.words import DeliveryStatus

MANIFEST: Final = "L01"
INCOMPLETE: Final = "L02"
SAME_NAME: Final = "L03"
AFTER_CUT: Final = "L04"
REPLACED: Final = "L05"
OUTDATED: Final = "L06"
SENT_AGAIN: Final = "L07"
UNREADABLE: Final = "F01"
MISNAMED: Final = "F03"
REPEATED: Final = "F04"

CLOSED: Final = (SENT_AGAIN,)
"""Rules of rows whose place another row has taken; such a delivery is never an input again."""

Trouble = Literal["", "refused", "incomplete", "manifest"]


@dataclass(frozen=True)
class Sighting:
    """A file as one poll saw it. The parts of its name are None when it is not a delivery's name.

    `sha256` is "" for a file that was not fetched whole. `trouble` says what stood in the way, and
    `cause` describes it in Chinese where the transport knows more.
    """

    path: str
    folder_period: str
    unit_code: str | None = None
    code: str | None = None
    file_period: str | None = None
    kind: str | None = None
    version: int | None = None
    sha256: str = ""
    trouble: Trouble = ""
    cause: str = ""


@dataclass(frozen=True)
class Known:
    """What the ledger holds of an earlier sighting."""

    delivery_id: str
    path: str
    sha256: str
    unit_code: str | None
    file_period: str | None
    kind: str | None
    version: int | None
    status: DeliveryStatus
    rule: str | None
    processed_period: str | None


@dataclass(frozen=True)
class Decision:
    """What becomes of one file, why (a rule id), and what its sender should do (Chinese, nothing personal)."""

    delivery_id: str
    path: str
    sha256: str
    status: DeliveryStatus
    rule: str | None
    message: str
    is_late: bool = False


@dataclass(frozen=True)
class Intake:
    """The circumstances of a poll: whose files, which senders are expected, which month, and whether it is cut off."""

    code: str
    senders: Collection[str]
    kinds: Collection[str]
    period: Period
    frozen: bool


@dataclass(frozen=True)
class Verdict:
    """One decision per file, sorted by path and hash; `closed` are ids of ledger rows that a decision replaces."""

    decisions: tuple[Decision, ...]
    closed: tuple[str, ...]


def delivery_id(path: str, sha256: str) -> str:
    """24 hex digits that stand for these bytes under this path."""
    return hashlib.blake2b(f"{path}\0{sha256}".encode(), digest_size=12).hexdigest()


def retained_until(seen: date, months: int) -> date:
    """The last day the bytes of a file seen on `seen` are kept."""
    month = Period.of(seen).minus(-months)
    return month.start.replace(day=min(seen.day, month.last_day.day))


def misnamed(file: Sighting, intake: Intake) -> str | None:
    """Why a file cannot be told apart by its name (Chinese), or None. Such a file is not even fetched."""
    if file.trouble == "refused":
        return None
    if file.unit_code is None or file.file_period is None:
        return "文件名不符合约定，请改为“单位代码_来源_年-月_类别_v版本.扩展名”后重报"
    if file.code != intake.code:
        return f"文件名中的来源代码不是 {intake.code}，请核对后改名重报"
    if file.unit_code not in intake.senders:
        return "文件名中的单位代码不在报送单位名录内，请核对单位代码后改名重报"
    if file.kind not in intake.kinds:
        return "文件名中的数据类别不是本来源约定的类别，请核对后改名重报"
    if file.file_period != file.folder_period:
        return "文件名中的月份与所在文件夹不一致，请移到相应月份的文件夹或更正文件名后重报"
    return None


def decide(files: Iterable[Sighting], ledger: Sequence[Known], intake: Intake) -> Verdict:
    """What becomes of every file of one source's poll.

    `ledger` holds all earlier sightings of the source. The order in which files are listed makes no
    difference: they are taken by month, sender, kind, version and path. Files the ledger holds back only
    because their month was cut off join in, whether or not they still lie in the inbox.
    """
    taken = _Taken(ledger, intake)
    found = {(file.path, file.sha256): file for file in files}
    waiting = [] if intake.frozen else [_as_sighting(row, intake) for row in ledger if _waits_for_next_month(row)]
    for file in waiting:
        found.setdefault((file.path, file.sha256), file)
    # What waited was seen first, so a file that came later must not take its place.
    first = {(file.path, file.sha256) for file in waiting}
    order = sorted(found.values(), key=lambda file: ((file.path, file.sha256) not in first, *_turn(file)))
    decisions = sorted((taken.decide(file) for file in order), key=lambda made: (made.path, made.sha256))
    return Verdict(tuple(decisions), tuple(sorted(taken.closed)))


class _Taken:
    """The ledger's rows and, as the poll goes on, what was decided before: a later file is judged against both."""

    def __init__(self, ledger: Sequence[Known], intake: Intake) -> None:
        self._intake = intake
        self._at_path: defaultdict[str, dict[str, Known]] = defaultdict(dict)
        self._of_month: defaultdict[tuple[str | None, str | None], dict[str, Known]] = defaultdict(dict)
        self.closed: set[str] = set()
        for row in ledger:
            if row.rule not in CLOSED:
                self._put(row)

    def _put(self, row: Known) -> None:
        self._at_path[row.path][row.delivery_id] = row
        self._of_month[row.unit_code, row.file_period][row.delivery_id] = row

    def known(self, file: Sighting) -> Known | None:
        return self._at_path[file.path].get(delivery_id(file.path, file.sha256))

    def decide(self, file: Sighting) -> Decision:
        known = self.known(file)
        if known is not None and not self._is_open(known):
            return _decision(file, "unchanged", known.rule, "")
        decision = self._judge(file)
        if file.sha256:
            self._close_earlier(file, decision)
        self._remember(file, decision)
        return decision

    def _is_open(self, row: Known) -> bool:
        """Whether a row may still be decided otherwise than it was."""
        held_back = _waits_for_next_month(row) and not self._intake.frozen
        return held_back or row.status == "partial" or (row.status == "rejected" and not row.sha256)

    def _judge(self, file: Sighting) -> Decision:
        problem = misnamed(file, self._intake)
        if file.trouble == "refused":
            return _decision(file, "rejected", UNREADABLE, f"{file.cause or '不是普通文件'}，未读取；请重新导出后报送")
        if problem is not None:
            return _decision(file, "rejected", MISNAMED, problem)
        if file.trouble == "incomplete":
            cause = file.cause or "文件仍在写入"
            return _decision(file, "partial", INCOMPLETE, f"{cause}，本次未处理；上传完成后下次自动读取")
        if file.trouble == "manifest":
            cause = file.cause or "文件与报送清单不符"
            return _decision(file, "partial", MANIFEST, f"{cause}，本次未处理；请核对后重新上传文件和清单")
        if self._intake.frozen:
            month = self._intake.period.chinese
            return _decision(file, "held", AFTER_CUT, f"{month}数据已截止，本文件暂存，随下一个月办理，按补报计入")
        return self._compare(file)

    def _compare(self, file: Sighting) -> Decision:
        """A whole, well-named file against the others of its sender and month."""
        siblings = self._of_month[file.unit_code, file.file_period].values()
        others = [row for row in siblings if (row.path, row.sha256) != (file.path, file.sha256) and row.sha256]
        if any(row.path == file.path and _stands(row) for row in others):
            message = "同名文件内容与已报的不同，已暂存未采用；如需更正请改好后以新版本号（如 v2）重报"
            return _decision(file, "held", SAME_NAME, message)
        accepted = [row for row in others if row.status in ("received", "superseded")]
        if any(row.sha256 == file.sha256 for row in accepted):
            message = "与本单位本月已报文件完全相同，不再计入；如需更正请改好内容后以新版本号重报"
            return _decision(file, "duplicate", REPEATED, message)
        same_kind = [row for row in accepted if row.kind == file.kind]
        if any(row.version == file.version for row in same_kind):
            message = "同一版本号已有另一个文件，内容不同，已暂存未采用；请以新版本号重报其中正确的一个"
            return _decision(file, "held", SAME_NAME, message)
        used = [row.version or 0 for row in same_kind if row.processed_period not in (None, str(self._intake.period))]
        if used and (file.version or 0) < max(used):
            message = "更高版本已经采用，本文件不再计入；如需更正请以更高的版本号重报"
            return _decision(file, "superseded", OUTDATED, message)
        return self._receive(file)

    def _receive(self, file: Sighting) -> Decision:
        if file.file_period is not None and Period.parse(file.file_period) < self._intake.period:
            message = f"截止后收到，计入{self._intake.period.chinese}，按补报处理；请今后于每月10日前报送"
            return _decision(file, "received", None, message, is_late=True)
        return _decision(file, "received", None, "已收到")

    def _close_earlier(self, file: Sighting, decision: Decision) -> None:
        """Whole bytes under a path replace its incomplete and refused sightings that no month has used."""
        for row in list(self._at_path[file.path].values()):
            if row.sha256 == file.sha256 or row.processed_period is not None:
                continue
            never_whole = row.status == "partial" or not row.sha256
            given_up = decision.status in ("received", "duplicate") and row.status in ("rejected", "duplicate")
            if never_whole or given_up:
                self.closed.add(row.delivery_id)
                del self._at_path[row.path][row.delivery_id]
                del self._of_month[row.unit_code, row.file_period][row.delivery_id]

    def _remember(self, file: Sighting, decision: Decision) -> None:
        known = self.known(file)
        self._put(
            Known(
                delivery_id=decision.delivery_id,
                path=file.path,
                sha256=file.sha256,
                unit_code=file.unit_code,
                file_period=file.file_period,
                kind=file.kind,
                version=file.version,
                status=decision.status,
                rule=decision.rule,
                processed_period=known.processed_period if known is not None else None,
            )
        )


def _stands(row: Known) -> bool:
    """Whether other bytes under the row's name would quietly replace something somebody relies on."""
    return row.processed_period is not None or row.status in ("received", "superseded", "held")


def _waits_for_next_month(row: Known) -> bool:
    return row.status == "held" and row.rule == AFTER_CUT


def _as_sighting(row: Known, intake: Intake) -> Sighting:
    return Sighting(
        path=row.path,
        folder_period=row.file_period or "",
        unit_code=row.unit_code,
        code=intake.code,
        file_period=row.file_period,
        kind=row.kind,
        version=row.version,
        sha256=row.sha256,
    )


def _turn(file: Sighting) -> tuple[str, str, str, int, str, str]:
    name = (file.file_period or "", file.unit_code or "", file.kind or "", file.version or 0)
    return (*name, file.path, file.sha256)


def _decision(
    file: Sighting, status: DeliveryStatus, rule: str | None, message: str, *, is_late: bool = False
) -> Decision:
    return Decision(delivery_id(file.path, file.sha256), file.path, file.sha256, status, rule, message, is_late)


def settle(deliveries: pd.DataFrame) -> pd.DataFrame:
    """Which version of each delivery counts, once every one has been read.

    `deliveries`: one row per delivery of a run with delivery_id, unit_code, file_period, kind, version,
    status, rule, message and read_outcome (`ok` or F01, F02, F03). Per sender, month and kind the highest version that
    reads well stands; older ones are superseded, and what does not read well is rejected under its rule.
    A newer file that cannot be read does not unseat an older one that can. Repeats and files that were
    already outdated when they came keep their status.

    Returns delivery_id, status, rule (null when there is none), message; in the order given.
    """
    frame = deliveries.astype(object)  # whatever it came as: an all-null Arrow column has no text to compare
    judged = frame["status"].isin(["received", "rejected", "superseded"]) & ~frame["rule"].isin([OUTDATED, *CLOSED])
    reads_well = judged & frame["read_outcome"].eq("ok")
    version = pd.to_numeric(frame["version"]).astype("float64")
    sender = [frame[key].fillna("") for key in ("unit_code", "file_period", "kind")]
    newest = version.where(reads_well).groupby(sender).transform("max")
    beaten = reads_well & (version < newest)
    settled = frame[["delivery_id", "status", "rule", "message"]].copy()
    for chosen, status, message in (
        (reads_well & ~beaten & ~frame["status"].eq("received"), "received", "已采用"),
        (beaten, "superseded", "已由本单位更高版本替代，本文件各行不计入"),
        (judged & ~reads_well, "rejected", "文件未能读取，整表退回；请按问题说明改好后以新版本号重报"),
    ):
        settled.loc[chosen, "status"] = status
        settled.loc[chosen, "message"] = message
    settled.loc[reads_well & ~beaten, "rule"] = None
    settled.loc[beaten, "rule"] = REPLACED
    settled.loc[judged & ~reads_well, "rule"] = frame["read_outcome"]
    return settled
