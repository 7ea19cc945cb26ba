"""The rules of the simulated company, small but with every kind of effect, in two versions."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sync.tables import Tables

KINDS: dict[str, Any] = {
    "order": {
        "site_id": "id", "branch_id": "id", "assignee_id": "id?", "status": "string",
        "phone": "string?", "fault": "string?", "hint": "string?", "notes": "list",
        "number": "string?",
    },
    "visit": {"order_id": "id", "person_id": "id", "arrived_at": "time", "left_at": "time?"},
    "line": {"order_id": "id", "quantity": "int"},
    "photo": {"order_id": "id", "sha256": "hash"},
    "site": {"name": "string"},
    "part": {"name": "string"},
    "held": {
        "person_id": "id", "branch_id": "id?", "reason": "string", "status": "string",
        "left": "bool",
    },
}  # fmt: skip
_ORDER = {"kind": "order", "id": "$order_id"}
_NOTE = {"id": "$note_id", "at": "@made_at", "by": "@actor", "text": "$text"}

COMMANDS: dict[str, Any] = {
    "visit.arrive": {
        "version": 1, "roles": [], "args": {"order_id": "id", "visit_id": "id"},
        "effects": [
            {"do": "create", "kind": "visit", "id": "$visit_id",
             "fields": {"order_id": "$order_id", "person_id": "@actor", "arrived_at": "@made_at",
                        "left_at": None}},
            {"do": "transition", **_ORDER, "event": "arrive"},
        ],
    },
    "visit.leave": {
        "version": 1, "roles": [], "args": {"order_id": "id", "visit_id": "id"},
        "effects": [{"do": "fill", "kind": "visit", "id": "$visit_id",
                     "fields": {"left_at": "@made_at"}}],
    },
    "order.note": {
        "version": 1, "roles": [], "args": {"order_id": "id", "note_id": "id", "text": "string"},
        "effects": [{"do": "append", **_ORDER, "list": "notes", "item": _NOTE}],
    },
    "order.line": {
        "version": 1, "roles": [], "args": {"order_id": "id", "line_id": "id", "quantity": "int"},
        "effects": [{"do": "create", "kind": "line", "id": "$line_id",
                     "fields": {"order_id": "$order_id", "quantity": "$quantity"}}],
    },
    "order.photo": {
        "version": 1, "roles": [], "args": {"order_id": "id", "photo_id": "id", "sha256": "hash"},
        "effects": [{"do": "create", "kind": "photo", "id": "$photo_id",
                     "fields": {"order_id": "$order_id", "sha256": "$sha256"}}],
    },
    "order.edit": {
        "version": 2, "roles": [],
        "args": {"order_id": "id",
                 "changes": {"type": "changes", "kind": "order",
                             "fields": ["phone", "fault", "hint"]}},
        "effects": [{"do": "set", **_ORDER, "changes": "$changes"}],
    },
    "order.finish": {
        "version": 1, "roles": [], "args": {"order_id": "id"},
        "effects": [{"do": "transition", **_ORDER, "event": "finish"}],
    },
    # Of the newer app alone: an older server does not know it.
    "order.praise": {
        "version": 1, "roles": [], "args": {"order_id": "id", "note_id": "id", "text": "string"},
        "effects": [{"do": "append", **_ORDER, "list": "notes", "item": _NOTE}],
    },
}  # fmt: skip

POLICY: dict[str, Any] = {
    "order": {
        "default": {"rule": "owner", "owner": "desk"},
        "phone": {"rule": "shared"},
        "fault": {"rule": "owner", "owner": "technician"},
    },
    "default": {"default": {"rule": "fixed"}},
}
MACHINES: dict[str, Any] = {
    "order": {
        "states": ["given", "work", "done", "cancelled", "decide"], "initial": "given",
        "events": {
            "arrive": {"from": ["given"], "to": "work", "keep": ["work", "done", "decide"],
                       "map": {"cancelled": "decide"}},
            "finish": {"from": ["given", "work"], "to": "done", "keep": ["decide"],
                       "map": {"cancelled": "decide"}},
            "cancel": {"from": ["given", "work"], "to": "cancelled"},
        },
    }
}  # fmt: skip


def _first_version() -> dict[str, Any]:
    """Without praise, and with an edit that names one field and not what it was."""
    older = {name: command for name, command in COMMANDS.items() if name != "order.praise"}
    older["order.edit"] = {
        "version": 1, "roles": [], "args": {"order_id": "id", "phone": "string?"},
        "effects": [],
    }  # fmt: skip
    return older


def with_was(args: dict[str, Any]) -> dict[str, Any]:
    """An edit of the first version in the form of the second."""
    changes = {"phone": {"was": None, "now": args.get("phone")}}
    return {"order_id": args["order_id"], "changes": changes}


UPCASTERS = {("order.edit", 1): with_was}
NEW = Tables(KINDS, COMMANDS, POLICY, MACHINES, {}, {}, {})
OLD = replace(NEW, commands=_first_version())
VERSIONS = (OLD, NEW)


def tables_of(version: int) -> Tables:
    """The rules of an app or a server of this version, from 0."""
    return VERSIONS[version]


def newest(name: str, args: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments in the newest form, whichever version's they are."""
    old = name == "order.edit" and "changes" not in args
    return with_was(dict(args)) if old else dict(args)
