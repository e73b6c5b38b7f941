"""The sheet of passwords a data engineer hands over on paper: made on request, audited, readable by its owner only."""

from pathlib import Path

from exchange.model.errors import RegistryError
from exchange.model.period import Period
from exchange.model.sheets import SheetColumn, SheetTable, WorkbookPlan
from exchange.registry.load import Registry
from exchange.rules.letters.recipients import recipient_accounts
from exchange.services.bundle import Services
from exchange.services.delivery.outbox import outbox_of
from exchange.services.delivery.protection import password_term
from exchange.services.sheets.workbook import write_workbook

_HEADINGS = (("接收单位", 36), ("账户", 22), ("打开方式", 16), ("适用期", 10), ("密码", 26), ("交接人签字", 18))
_WAYS = {"ooxml": "打开表格时输入", "zip": "解压时输入"}
_NOTES = (
    "密码不得与文件同路传递：请当面、电话或另一渠道交接，由接收人签字；交接后按涉密载体保管，到期作废。",
    "密码外泄的，在接收方约定（recipients.yaml）中为该账户把 issue 加一，自下个月起换新密码。",
)


def write_passwords(services: Services, registry: Registry, period: Period, to: Path, *, actor: str, why: str) -> int:
    """Writes the passwords of everybody whose packages of `period` need one to `to` (.xlsx or .txt); how many.

    The act is audited before the file appears; neither the audit nor anything printed holds a password.
    Raises RegistryError when nobody needs one, or for another suffix.
    """
    rows = _rows(services, registry, period)
    if not rows:
        raise RegistryError(
            "no recipient's files ask for a password",
            remedy="Say so in the policy on recipients; docs/deploy/recipients.yaml is a pattern.",
        )
    if to.suffix not in (".xlsx", ".txt"):
        raise RegistryError(
            f"a sheet of passwords cannot be {to.suffix or 'without suffix'}", remedy="Use .xlsx or .txt."
        )
    content = _workbook(rows, period) if to.suffix == ".xlsx" else _text(rows)
    to.parent.mkdir(parents=True, exist_ok=True)
    part = to.with_name(f".{to.name}.part")
    try:
        part.touch(mode=0o600)
        part.chmod(0o600)
        part.write_bytes(content)
        with services.warehouse.transaction() as conn:
            services.ledger.append_audit(conn, actor, "passwords", str(period), why, {"accounts": len(rows)})
        part.replace(to)
    finally:
        part.unlink(missing_ok=True)
    return len(rows)


def _rows(services: Services, registry: Registry, period: Period) -> list[tuple[str, ...]]:
    if registry.recipients is None:
        return []
    outbox = outbox_of(services)
    rows: list[tuple[str, ...]] = []
    for one in recipient_accounts(registry, period):
        held = registry.recipients.protection(one.kind, one.account)
        if held.needs_password:
            term = password_term(held, period)
            password = outbox.passwords.of(one.account, term)
            rows.append((one.name, one.account, _WAYS[held.method], term, password, ""))
    return rows


def _text(rows: list[tuple[str, ...]]) -> bytes:
    lines = ["\t".join(heading for heading, _ in _HEADINGS), *("\t".join(row) for row in rows), "", *_NOTES, ""]
    return "\r\n".join(lines).encode("utf-8-sig")


def _workbook(rows: list[tuple[str, ...]], period: Period) -> bytes:
    sheet = SheetTable(
        name="密码交接单",
        title="发件密码交接单",
        left="交接单位：",
        centre=f"统计月份：{period.year}年{period.month}月",
        right=f"共 {len(rows)} 个",
        columns=tuple(SheetColumn(heading, width) for heading, width in _HEADINGS),
        rows=tuple(rows),
        notes=_NOTES,
        signature=(("交付人：", "监交人：", "日期：　　　年　　月　　日"),),
        font_size=12,
    )
    plan = WorkbookPlan(
        title="发件密码交接单",
        recipient="数据管理人员",
        purpose="密码另途交接",
        grade="秘密交接，用后收回",
        batch=str(period),
        created=period.end,
        sheets=(sheet,),
    )
    return write_workbook(plan)
