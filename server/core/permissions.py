"""Who may do and see what, by role, branch and provider: all of it, in this one place.

Functional roles come from requirements 1. A permission is a command's name or `<noun>.read`.
The roles of one company map to these; a person may have several.
"""

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, false, or_

from server.core.actor import Actor

_EVERYBODY: Final = frozenset(
    {
        *("device.register", "device.add_key", "device.revoke_own", "session.close"),
        *("push.subscribe", "push.unsubscribe", "message.prefer", "message.acknowledge"),
    }
)
# What was told to whom; the call list; a word to a technician.
_MESSAGES: Final = frozenset({"message.read", "message.called", "message.retry", "message.write"})

_READ_DESK: Final = frozenset(
    {
        "order.read",
        "request.read",
        "customer.read",
        "unit.read",
        "catalogue.read",
        "people.read",
        "history.read",
        "report.read",
        "held.read",
        "stock.read",
    }
)
_INTAKE: Final = frozenset(
    {
        "decision.read",
        "request.create",
        "request.resolve",
        "request.set_aside",
        "order.create",
        "order.contact",
        "wish.answer",
        "guest.revoke_links",
        "order.add_note",
        "order.schedule",
        "customer.create",
        "customer.update",
        "site.create",
        "site.update",
        "contact.create",
        "contact.update",
        "unit.create",
        "unit.update",
        "unit.undo_alias",
        "unit_label.make",
        "unit_label.revoke",
        "collision.settle",
    }
)
# What the holder of a customer's link may do: nothing but what these commands check themselves.
_GUEST: Final = frozenset(
    {
        "guest.report_fault",
        "guest.add_photo",
        "guest.wish",
        "guest.ask_code",
        "guest.open_own",
        "guest.ask_erasure",
        "guest.prefer",
    }
)
# Decisions about field work that could not be applied; a phone's unsent work out of a file.
# A spreadsheet asks for the permissions of its table's own commands besides.
_IMPORT: Final = frozenset({"table.import"})
_DECIDE: Final = frozenset(
    {
        *("decision.read", "decision.note", "journal.hand_in"),
        *("held.accept", "held.change_and_accept", "held.set_aside"),
    }
)
# The head office's answer to a help request, in words or by an engineer.
_HELP: Final = frozenset({"decision.read", "support_request.answer", "support_request.assign"})
# Before that the branch's head looks at it, and the branch's manager stamps it.
_REVIEW: Final = frozenset({"support_request.review"})
_STAMP: Final = _REVIEW | {"decision.read", "support_request.stamp"}
_DISPATCH: Final = _DECIDE | frozenset(
    {
        *_MESSAGES,
        "order.add_helper",
        "order.remove_helper",
        *_HELP,
        "order.assign",
        "order.reassign",
        "order.cancel",
        "order.resolve_remotely",
        "order.close",
        "order.decide",
        "consent.accept",
        "visit.read_serial",
        "wish.answer",
        "guest.revoke_links",
        "old_part.move",
        "collision.settle",
        "report.share",
        "report.revoke_link",
        "report.return",
        "report.accept",
        "report.escalate",
    }
)
# Who is asked when a report is escalated.
_UPWARD: Final = frozenset({"decision.read", "report.decide"})
_CATALOGUE: Final = frozenset(
    {
        "product_model.create",
        "product_model.update",
        "part.create",
        "part.update",
        "part_price.set",
        "fault_code.create",
        "fault_code.update",
        "order_type.create",
        "order_type.update",
        "recall.open",
        "checklist.create",
        "checklist.update",
    }
)
_ADMIN: Final = frozenset(
    {
        "person.create",
        "person.update",
        "person.disable",
        "person.enable",
        "person.issue_reset",
        "branch.create",
        "branch.update",
        "provider.create",
        "provider.update",
        "company.update",
        "clock_rule.set",
        "device.revoke",
        "session.revoke",
        "session.read",
        "audit.read",
        "erasure.decide",
        "history.import",
        "stock.move",
        "price.read",
        "message.read",
        "message.retry",
        "message.test",
        "message_template.set",
    }
)

ROLES: Final[dict[str, frozenset[str]]] = {
    "admin": _IMPORT | _READ_DESK | _INTAKE | _CATALOGUE | _ADMIN,
    "agent": _IMPORT | _READ_DESK | _INTAKE | _MESSAGES,
    "dispatcher": _IMPORT | _READ_DESK | _INTAKE | _DISPATCH | {"price.read"},
    "engineer": frozenset({"report.share", "catalogue.read", "price.read"}),
    "regional_manager": _READ_DESK | _DISPATCH | _STAMP | {"order.add_note", "price.read"},
    "director": _READ_DESK
    | _DISPATCH
    | _UPWARD
    | {"order.approve", "order.add_note", "price.read"},
    "after_sales_head": _READ_DESK
    | _DISPATCH
    | _UPWARD
    | _REVIEW
    | {"order.approve", "order.add_note", "price.read", "message.test", "message_template.set"}
    | {"erasure.decide"},
    "branch_head": _READ_DESK
    | _DISPATCH
    | _REVIEW
    | {"order.approve", "order.add_note", "price.read"},
    "branch_manager": _READ_DESK | _STAMP | {"order.approve", "order.add_note", "price.read"},
    "quality": _READ_DESK | _HELP | {"order.add_note", "recall.open"},
    "warehouse": _IMPORT
    | _READ_DESK
    | {"decision.read", "stock.move", "old_part.move"}
    | {"part.create", "part.update", "price.read"},
    "service_manager": _IMPORT | _READ_DESK | _CATALOGUE | {"price.read", "order.add_note"},
    "finance": _IMPORT | _READ_DESK | {"price.read", "part_price.set"},
    "sales": _READ_DESK | {"customer.create", "customer.update", "site.create", "site.update"},
    "management_rep": _READ_DESK
    | _UPWARD
    | {"order.add_note", "audit.read", "report.return", "report.accept", "report.escalate"}
    | {"visit.read_serial"},
    "general_manager": _READ_DESK | {"price.read", "audit.read"},
    "provider_manager": frozenset(
        {"order.read", "order.assign", "order.reassign", "order.add_note", "catalogue.read"}
        | _DECIDE
        | _MESSAGES
        | {"people.read", "report.read", "held.read", "unit.read", "customer.read", "history.read"}
    ),
}


def may(actor: Actor, permission: str) -> bool:
    """Whether the actor's roles give a permission; the system may do everything."""
    if actor.kind == "system":
        return True
    if actor.kind == "link":
        return permission in _GUEST
    if actor.drain_only:
        return False
    return permission in _EVERYBODY or any(permission in ROLES.get(r, ()) for r in actor.roles)


def roles_with(permission: str) -> list[str]:
    """The roles that give a permission, sorted."""
    everybody = permission in _EVERYBODY
    return sorted(role for role, gives in ROLES.items() if everybody or permission in gives)


def role_giving(actor: Actor, permission: str) -> str | None:
    """As what the actor does something: the first role of theirs that gives the permission."""
    return next((r for r, gives in ROLES.items() if r in actor.roles and permission in gives), None)


def permissions_of(actor: Actor) -> list[str]:
    """All that the actor may, sorted: the desk shows only what it can do."""
    found = set(_EVERYBODY).union(*(ROLES.get(role, ()) for role in actor.roles))
    return sorted(found) if actor.kind == "person" else []


Opening = Callable[[Actor], ColumnElement[bool]]
_openings: dict[type[Any], list[Opening]] = {}


def opens(model: type[Any]) -> Callable[[Opening], Opening]:
    """Registers a condition that opens further rows of `model` to staff of a branch or provider.

    A room says here what follows from its rows: whoever may see an order may see its site.
    """

    def register(opening: Opening) -> Opening:
        _openings.setdefault(model, []).append(opening)
        return opening

    return register


def sees_all(actor: Actor) -> bool:
    """Whether no branch or provider narrows the actor's view: the system and the head office."""
    return actor.kind == "system" or (
        actor.kind == "person" and actor.head_office and actor.provider_id is None
    )


def in_scope(model: Any, actor: Actor, reading: str | None = None) -> ColumnElement[bool] | None:
    """The condition that keeps a query to what the actor may see; None where all is visible.

    Args:
        model: a mapped class; its columns `branch_id`, `provider_id` and `assignee_id`, as far
            as it has them, say whose a row is.
        actor: who asks.
        reading: permission that widens the view from one's own work to branch or provider.

    A provider's staff see their provider's rows alone, a branch's staff their branch's, the head
    office all. Without the reading permission a person sees only what is assigned to them.
    """
    if actor.kind not in ("system", "person"):
        return false()
    if actor.kind == "person" and reading is not None and not may(actor, reading):
        return _equals(model, "assignee_id", actor.person_id)
    if sees_all(actor):
        return None
    own = _equals(model, "assignee_id", actor.person_id)
    group = (
        _equals(model, "provider_id", actor.provider_id)
        if actor.provider_id is not None
        else _equals(model, "branch_id", actor.branch_id)
    )
    return or_(own, group, *(opening(actor) for opening in _openings.get(model, ())))


def _equals(model: Any, column: str, value: str | None) -> ColumnElement[bool]:
    found = getattr(model, column, None)
    return false() if found is None or value is None else found == value


def visible(
    query: Select[Any], model: Any, actor: Actor, reading: str | None = None
) -> Select[Any]:
    """The query, narrowed to what the actor may see; arguments as `in_scope`."""
    condition = in_scope(model, actor, reading)
    return query if condition is None else query.where(condition)
