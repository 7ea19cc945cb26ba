"""The company's tables that come out of a spreadsheet and go into one: declared in `tables.json`.

A table names the commands that write it, the columns that say which record a row is, and per column
what its cells mean. There is no code per table.
"""

import dataclasses
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from marshmallow import Schema, ValidationError
from sqlalchemy.orm import Session

from server.assets.models import Unit
from server.catalogue.models import (
    CertificateNeed,
    Checklist,
    FaultCode,
    LabourRate,
    OrderType,
    Part,
    PartPrice,
    ProductModel,
    Recall,
    Skill,
)
from server.core.actor import Actor
from server.core.commands import find
from server.core.i18n import Language
from server.core.permissions import may
from server.customers.models import Contact, Customer, Site
from server.imports.cells import nothing_of
from server.people.models import Branch, Certificate, Person, Provider
from server.requests.clocks import hours_set, rules
from server.requests.models import ClockRule, Holiday, WorkingHours

_MODELS: Final[Mapping[str, Any]] = {
    "customer": Customer,
    "site": Site,
    "contact": Contact,
    "unit": Unit,
    "part": Part,
    "part_price": PartPrice,
    "person": Person,
    "branch": Branch,
    "provider": Provider,
    "product_model": ProductModel,
    "fault_code": FaultCode,
    "certificate": Certificate,
    "skill": Skill,
    "holiday": Holiday,
    "clock_rule": ClockRule,
    "order_type": OrderType,
    "checklist": Checklist,
    "working_hours": WorkingHours,
    "certificate_need": CertificateNeed,
    "labour_rate": LabourRate,
    "recall": Recall,
    "approval_policy": Branch,
}
# Of these tables some rows stand for others, or have been: they neither come out nor go in.
_STANDING: Final[Mapping[str, Any]] = {
    "unit": Unit.alias_of.is_(None),
    "checklist": Checklist.ends_at.is_(None),
}
# Something holds in these before anybody has set it.
_BEGINNING: Final[Mapping[str, Callable[[Session], Iterable[Any]]]] = {
    "clock_rule": rules,
    "working_hours": lambda session: [hours_set(session)],
}


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        field: of the record and of its commands.
        zh, en: header.
        type: `text texts int money day clock yes_no choice choices numbers checks readings
            ladder ref refs`, or `in_use`, which is no field: "no" ends the record.
        required: a new record needs it.
        once: a record that is there keeps its value; another one in the file is a mistake.
        only_new: the same, without a word: it is there to find others, or to make the record.
        of: of a choice: code → its two names.
        to: of a reference: the table whose key the cell gives.
        within: of a reference: the column of this table that both have in common.
        at: the model's name for it, where that is another.
        by: of a reference: what of the other record is kept.
    """

    field: str
    zh: str
    en: str
    type: str
    required: bool = False
    once: bool = False
    only_new: bool = False
    of: Mapping[str, list[str]] = dataclasses.field(default_factory=dict)
    to: str = ""
    within: str = ""
    at: str = ""
    by: str = "id"

    @property
    def attribute(self) -> str:
        return self.at or self.field

    def label(self, language: Language) -> str:
        return self.zh if language == "zh-CN" else self.en

    def named(self, header: str) -> bool:
        """Whether a header means this column, in whichever language."""
        return header.strip().removesuffix("*").strip().lower() in (
            self.zh.lower(),
            self.en.lower(),
            self.field,
        )


@dataclass(frozen=True)
class Table:
    """One table; attributes as in `tables.json`.

    `key` is empty where there is one record alone; a column of it that is not required may be
    empty, which is a value like another. Without `create` the rows are those that are there;
    without `update` a row is there or not. `end` ends a record that is no longer in use. `sets`:
    the command sets the whole record, so what a row leaves out goes along as it is, and so do these
    further fields; None: it takes changes alone. `also`: further columns by which other tables may
    name a record.
    """

    name: str
    zh: str
    en: str
    id: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    create: str | None
    update: str | None
    end: str | None = None
    sets: tuple[str, ...] | None = None
    also: tuple[str, ...] = ()

    @property
    def model(self) -> Any:
        return _MODELS[self.name]

    @property
    def standing(self) -> list[Any]:
        """Conditions for those of its rows that count."""
        return [_STANDING[self.name]] if self.name in _STANDING else []

    @property
    def beginning(self) -> Callable[[Session], Iterable[Any]] | None:
        """All of the table, for one in which something holds though it is no row."""
        return _BEGINNING.get(self.name)

    @staticmethod
    def schema_of(command: str | None) -> Schema:
        """The arguments of one of its commands; none where it has no such command."""
        schema = None if command is None else find(command).schema
        return Schema() if schema is None else schema()

    def may_be_empty(self, column: Column) -> bool:
        """Whether a cell of a record that is there may be emptied: its command takes nothing."""
        asked = self.schema_of(self.update).fields.get(column.field)
        if asked is None or column.required or column.once or column.field in self.key:
            return False
        try:
            asked.deserialize(nothing_of(column.type))
        except ValidationError:
            return False
        return True

    @cached_property
    def by_field(self) -> dict[str, Column]:
        return {column.field: column for column in self.columns}

    def label(self, language: Language) -> str:
        return self.zh if language == "zh-CN" else self.en


def may_take(actor: Actor, table: Table) -> bool:
    """Whether somebody may give the commands that the table's rows become."""
    names = [name for name in (table.create, table.update, table.end) if name is not None]
    return all(may(actor, find(name).permission or "") for name in names)


def _table(name: str, found: Mapping[str, Any]) -> Table:
    return Table(
        name=name,
        zh=found["zh"],
        en=found["en"],
        id=found["id"],
        key=tuple(found["key"]),
        columns=tuple(Column(**column) for column in found["columns"]),
        create=found.get("create", f"{name}.create"),
        update=found.get("update", f"{name}.update"),
        end=found.get("end"),
        sets=tuple(found["sets"]) if "sets" in found else None,
        also=tuple(found.get("also", ())),
    )


def _load() -> dict[str, Table]:
    text = Path(__file__).with_name("tables.json").read_text("utf-8")
    return {name: _table(name, found) for name, found in json.loads(text).items()}


TABLES: Final = _load()
