"""What commands of all rooms do with rows: find one in scope, refuse a taken name, change it."""

from collections.abc import Iterable
from typing import Any, TypeVar

from sqlalchemy import select

from server.core.commands import Args, Context
from server.core.db import Base
from server.core.edits import edit
from server.core.errors import Problem
from server.core.ids import new_id
from server.core.permissions import visible

M = TypeVar("M", bound=Base)


def fetch(ctx: Context, model: type[M], record_id: str, reading: str | None = None) -> M:
    """The row, locked until the transaction ends, if the actor may see it.

    Args:
        ctx: of the command.
        model: has a column `id`.
        record_id: which row.
        reading: permission that widens the view, as in `permissions.in_scope`.

    Raises:
        Problem: `not_found`, also where the row is another branch's or provider's.
    """
    table: Any = model
    query = select(model).where(table.id == record_id).with_for_update(of=model)
    found = ctx.session.scalars(visible(query, model, ctx.actor, reading))
    row: M | None = found.one_or_none()
    if row is None:
        raise Problem("not_found")
    return row


def known(ctx: Context, model: type[M], record_id: str, field: str) -> M:
    """The row that an argument names.

    Raises:
        Problem: `invalid` at that field: there is none, or the actor may not see it.
    """
    table: Any = model
    query = visible(select(model).where(table.id == record_id), model, ctx.actor)
    row: M | None = ctx.session.scalars(query).one_or_none()
    if row is None:
        raise Problem("invalid", {field: ["field_choice"]})
    return row


def free(ctx: Context, column: Any, value: str, besides: str | None = None) -> None:
    """Makes sure that no other row has this value.

    Raises:
        Problem: `invalid` at the column's name: it is taken.
    """
    model = column.class_
    query = select(model.id).where(column == value)
    if ctx.session.scalar(query) not in (None, besides):
        raise Problem("invalid", {column.key: ["field_taken"]})


def fresh_id(ctx: Context, model: type[Base], wish: str | None) -> str:
    """The id that the client chose for a new row, else one of ours.

    Raises:
        Problem: `id_reused`.
    """
    if wish is not None and ctx.session.get(model, wish) is not None:
        raise Problem("id_reused")
    return wish or new_id()


def change_merged(ctx: Context, kind: str, row: Base, args: Args, besides: Iterable[str]) -> None:
    """As `change`, for a record that phones may edit too: by `policy.json`, field by field.

    `args["seen"]` is what the form had shown of the fields.
    """
    left_out = {*besides, "seen"}
    changes = {name: value for name, value in args.items() if name not in left_out}
    edit(ctx, kind, row, changes, args.get("seen"))


def change(row: Base, args: Args, besides: Iterable[str]) -> None:
    """Sets the fields that were given; those named in `besides` say which row it is."""
    left_out = set(besides)
    for name, value in args.items():
        if name not in left_out:
            setattr(row, name, value)
