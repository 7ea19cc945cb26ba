"""The rules that are data: `tables/*.json`, read by Python and by TypeScript alike."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from sync.canonical import hash_of

FOLDER = Path(__file__).resolve().parent / "tables"

Kinds = Mapping[str, Mapping[str, str]]
Commands = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Tables:
    """One set of rules; tests make their own.

    Attributes:
        kinds: every synced record kind with its fields and types.
        commands: every field command: version, roles, arguments, effects.
        policy: per kind and field: who owns it, how two edits merge.
        transitions: per machine: event, from which states, to which.
        entitlement: the order in which cover is looked up.
        report: how a service report is put together from records.
        statements: what a device's key stands for, by command.
        report_form: what else a report's content is made of, to tell another form.
        measures: units of measure of parts: the Chinese word, and the English for one and several.
        errors: number and sentences of every code.
        held: per reason, what becomes of held work that is accepted as it is (`override`: run, and
            no rule that may be overridden is asked; `retry`: run by the same rules; `keep`: kept
            as a record; `wait`: not to be accepted, an upgrade brings what it needs), and whether
            it may be changed.
    """

    kinds: Kinds
    commands: Commands
    policy: Mapping[str, Any]
    transitions: Mapping[str, Any]
    entitlement: Mapping[str, Any]
    report: Mapping[str, Any]
    errors: Mapping[str, Any]
    held: Mapping[str, Any] = field(default_factory=dict)
    visit_plan: Mapping[str, Any] = field(default_factory=dict)
    statements: Mapping[str, Any] = field(default_factory=dict)
    measures: Mapping[str, Any] = field(default_factory=dict)
    report_form: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def schema(self) -> str:
        """Names the form of records and commands: SHA-256 of both tables."""
        return hash_of({"commands": self.commands, "kinds": self.kinds})


def load(folder: Path = FOLDER) -> Tables:
    """Reads the tables of a folder; who needs them reads them once and hands them on."""
    names = (
        "kinds",
        "commands",
        "policy",
        "transitions",
        "entitlement",
        "report",
        "errors",
        "held",
        "visit_plan",
        "statements",
        "measures",
        "report_form",
    )
    texts = {name: (folder / f"{name}.json").read_text("utf-8") for name in names}
    return Tables(**{name: json.loads(text) for name, text in texts.items()})
