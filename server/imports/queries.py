"""Files to fill in, and the company's tables as files."""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core.actor import Actor
from server.core.i18n import Language
from server.core.permissions import visible
from server.core.records import to_json
from server.imports.cells import text_of
from server.imports.sheets import csv_of, xlsx_of
from server.imports.tables import TABLES, Column, Table, may_take

Json = dict[str, Any]
_HEADERS: Final = {
    "zh-CN": ("列", "必填", "填写方法"),
    "en": ("Column", "Required", "How to fill it in"),
}
_HINTS: Final = {
    "int": ("整数", "a whole number"),
    "money": ("元，最多两位小数", "yuan, at most two decimals"),
    "day": ("日期，例如 2026-11-21", "a day, such as 2026-11-21"),
    "yes_no": ("是 / 否", "yes / no"),
    "text": ("文字", "text"),
    "in_use": ("是 / 否；填否即停用", "yes / no; no ends it"),
    "texts": ("多个用顿号隔开", "several, separated by commas"),
    "refs": ("多个用顿号隔开", "several, separated by commas"),
    "choices": ("多个用顿号隔开", "several, separated by commas"),
    "numbers": ("多个用顿号隔开", "several, separated by commas"),
    "clock": ("时刻，例如 09:00", "a time of day, such as 09:00"),
    "checks": (
        "每行一项（单元格内换行）：名称 | 英文名称",
        "one per line of the cell: Chinese name | English name",
    ),
    "readings": (
        "每行一项（单元格内换行）：名称 | 英文名称 | 单位 | 下限 | 上限，"
        "例如 主泵压力 | Main pump pressure | MPa | 28.0 | 31.5",
        "one per line of the cell: Chinese name | English name | measure | least | most, "
        "such as 主泵压力 | Main pump pressure | MPa | 28.0 | 31.5",
    ),
    "ladder": (
        "每行一级（单元格内换行）：角色 | 超时后多少分钟，例如 区域经理 | 60；角色",
        "one step per line of the cell: role | minutes after the time was up, "
        "such as Regional manager | 60; roles",
    ),
}
_EMPTIED: Final = ("填 - 清空", "- empties it")
_NOTES: Final = {
    "zh-CN": ("空单元格", "", "不改动已有内容；要清空一项，请填一个减号 -"),
    "en": ("Empty cells", "", "change nothing; a single - empties what is there"),
}


def tables(actor: Actor) -> list[Json]:
    """The tables that the actor may take in."""
    found = [t for t in TABLES.values() if may_take(actor, t)]
    return [
        {"name": t.name, "label": t.label(actor.language), "columns": _columns(t, actor.language)}
        for t in found
    ]


def _columns(table: Table, language: Language) -> list[Json]:
    return [
        {
            "field": column.field,
            "label": column.label(language),
            "required": column.required,
            "hint": _hint(table, column, language),
        }
        for column in table.columns
    ]


def _hint(table: Table, column: Column, language: Language) -> str:
    english = language == "en"
    words = [_HINTS[column.type][english]] if column.type in _HINTS else []
    if column.of:
        words.append(" / ".join(names[english] for names in column.of.values()))
    if column.to:
        target = TABLES[column.to]
        named = (target.by_field[name].label(language) for name in (target.key[-1], *target.also))
        words.append(f"{target.label(language)}: {' / '.join(named)}")
    if table.may_be_empty(column):
        words.append(_EMPTIED[english])
    return ("; " if english else "；").join(words)


def file_of(session: Session, actor: Actor, table: Table, form: str, filled: bool) -> bytes:
    """A table as a file: its header alone, or with the rows that the actor may see."""
    language = actor.language
    head = [c.label(language) + ("*" if c.required else "") for c in table.columns]
    rows = [head, *(_rows(session, actor, table) if filled else ())]
    if form == "csv":
        return csv_of(rows)
    explained = [_HEADERS[language], *_explained(table, language)]
    title = "填写说明" if language == "zh-CN" else "How to fill it in"
    return xlsx_of([(table.label(language), rows), (title, explained)])


def _explained(table: Table, language: Language) -> list[list[str]]:
    yes = "*"
    rows = [
        [c.label(language), yes if c.required else "", _hint(table, c, language)]
        for c in table.columns
    ]
    return [*rows, list(_NOTES[language])]


def _rows(session: Session, actor: Actor, table: Table) -> list[list[str]]:
    names = {c.field: _names(session, c) for c in table.columns if c.to}
    english = actor.language == "en"
    return [
        [_cell(row, column, names, english) for column in table.columns]
        for row in _records(session, actor, table)
    ]


def _records(session: Session, actor: Actor, table: Table) -> Iterable[Any]:
    if table.beginning is not None:
        return table.beginning(session)
    model = table.model
    query = select(model).where(*table.standing).order_by(model.id)
    return session.scalars(visible(query, model, actor))


def _names(session: Session, column: Column) -> dict[str, str]:
    """What cells call the records that a column refers to, by what of them is kept."""
    table = TABLES[column.to]
    model = table.model
    query = select(getattr(model, column.by), getattr(model, table.key[-1]))
    return {row[0]: row[1] for row in session.execute(query)}


def _cell(row: Any, column: Column, names: dict[str, dict[str, str]], english: bool) -> str:
    value = column.type == "in_use" or to_json(getattr(row, column.attribute))
    if column.to and value is not None:
        ids = value if isinstance(value, list) else [value]
        return "、".join(names[column.field].get(str(one), str(one)) for one in ids)
    return text_of(value, column.type, column.of, english)
