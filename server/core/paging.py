"""Lists come in pages: `{"items", "total", "page", "size"}`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

SIZE = 50
LARGEST = 200
_ESCAPE = "\\"


@dataclass(frozen=True)
class Paging:
    """Which page of a list is wanted; pages count from 1."""

    page: int = 1
    size: int = SIZE


def page_of(
    session: Session,
    query: Select[Any],
    paging: Paging,
    shape: Callable[[Sequence[Any]], list[dict[str, Any]]],
) -> dict[str, Any]:
    """One page of a query.

    Args:
        session: to read with.
        query: ordered, not yet limited.
        paging: which page.
        shape: from the page's rows to their JSON, at once, so that it can read beside them in
            one query instead of one per row.
    """
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery()))
    part = query.limit(paging.size).offset((paging.page - 1) * paging.size)
    rows = session.execute(part).all()
    one = len(query.column_descriptions) == 1
    items = shape([row[0] for row in rows] if one else rows)
    return {"items": items, "total": total, "page": paging.page, "size": paging.size}


def containing(text: str, *columns: Any) -> ColumnElement[bool]:
    """The condition that one of the columns contains a text, whatever its case."""
    escaped = text.replace(_ESCAPE, _ESCAPE * 2).replace("%", r"\%").replace("_", r"\_")
    return or_(*(column.ilike(f"%{escaped}%", escape=_ESCAPE) for column in columns))
