"""The inbox: what waits for a person, of all rooms, as one list."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Session

from server.core.actor import Actor
from server.core.decisions import Kind, kinds_for
from server.core.paging import Paging
from server.core.records import to_json
from server.decisions.waiting import waiting
from server.orders.beside import Beside
from server.orders.models import Order
from server.people.models import Branch, Person
from server.people.queries import by_id, named, person_short, seen

Json = dict[str, Any]


def decisions(
    session: Session,
    actor: Actor,
    kind: str | None,
    branch: str | None,
    now: datetime,
    paging: Paging,
) -> Json:
    """What waits for this person, the most pressing kinds first, what waits longest before.

    Besides a page: how many of each kind there are.
    """
    kinds = kinds_for(actor)
    counts = _counts(session, [_one(k, actor, now, branch) for k in kinds])
    counts = {k.name: counts.get(k.name, 0) for k in kinds}
    asked = [k for k in kinds if kind in (None, k.name)]
    rows = _page(session, [_one(k, actor, now, branch) for k in asked], paging)
    return {
        "items": _shaped(session, actor, kinds, rows, now),
        "total": sum(counts[k.name] for k in asked),
        "page": paging.page,
        "size": paging.size,
        "counts": counts,
    }


def _one(kind: Kind, actor: Actor, now: datetime, branch: str | None) -> Any:
    found = waiting(kind, actor, now).c
    name, rank = literal(kind.name).label("kind"), literal(kind.rank).label("rank")
    query = select(name, rank, found.id, found.at, found.branch_id)
    return query if branch is None else query.where(found.branch_id == branch)


def _counts(session: Session, queries: list[Any]) -> dict[str, int]:
    if not queries:
        return {}
    found = union_all(*queries).subquery()
    query = select(found.c.kind, func.count()).group_by(found.c.kind)
    return {row.kind: row[1] for row in session.execute(query)}


def _page(session: Session, queries: list[Any], paging: Paging) -> Sequence[Any]:
    if not queries:
        return []
    found = union_all(*queries).subquery()
    query = select(found).order_by(found.c.rank, found.c.at, found.c.id)
    return session.execute(query.limit(paging.size).offset((paging.page - 1) * paging.size)).all()


def _shaped(
    session: Session, actor: Actor, kinds: list[Kind], rows: Sequence[Any], now: datetime
) -> list[Json]:
    looks = {}
    for kind in kinds:
        ids = [row.id for row in rows if row.kind == kind.name]
        looks[kind.name] = kind.look(session, actor, ids, now) if ids else {}
    answers = {kind.name: kind.answers_of(actor) for kind in kinds}
    found = [looks[row.kind].get(row.id, {}) for row in rows]
    people = by_id(session, Person, (look.get("person_id") for look in found))
    named_orders = (look.get("order_id") for look in found)
    orders = seen(session, actor, Order, named_orders, "order.read")
    branches = by_id(session, Branch, (row.branch_id for row in rows))
    beside = Beside.of(session, list(orders.values()))
    return [
        {
            "kind": row.kind,
            "id": row.id,
            "at": to_json(row.at),
            "why": look.get("why"),
            "branch": named(branches.get(row.branch_id)),
            "order": beside.item(orders[look["order_id"]])
            if look.get("order_id") in orders
            else None,
            "person": person_short(people.get(look.get("person_id") or "")),
            "answers": answers[row.kind],
            "facts": look.get("facts", {}),
        }
        for row, look in zip(rows, found, strict=True)
    ]
