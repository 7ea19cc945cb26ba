"""What waits for a person: each room says which of its rows do, why, and what answers there are.

A kind is one query and one look at what a page of it needs: never a query per row. Its answers
are commands that exist; who may give none of them does not see the kind.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from server.core.actor import Actor
from server.core.commands import find
from server.core.permissions import may

Json = dict[str, Any]
# Columns `id`, `at` (since when it waits) and `branch_id`, narrowed to what the actor may see.
Query = Callable[[Actor, datetime], Any]
# By id: `why`, and what the page shows of it; `order_id` and `person_id` are read for all kinds.
Look = Callable[[Session, Actor, Sequence[str], datetime], dict[str, Json]]

NOTE: Final = "decision.note"


@dataclass(frozen=True)
class Kind:
    """One kind of what waits.

    Attributes:
        name: as in `?kind=`.
        rank: those of a lower rank come first.
        read: the permission without which nobody sees it.
        answers: the commands that settle it; `decision.note` among them: it can be put off.
        query: which rows wait.
        look: what is shown of them.
    """

    name: str
    rank: int
    read: str
    answers: tuple[str, ...]
    query: Query
    look: Look

    def answers_of(self, actor: Actor) -> list[str]:
        """The commands by which this actor may settle it."""
        return [name for name in self.answers if may(actor, find(name).permission or name)]

    def concerns(self, actor: Actor) -> bool:
        """Whether the actor may see it and do something about it."""
        return may(actor, self.read) and bool(self.answers_of(actor))


_kinds: dict[str, Kind] = {}


def waits(kind: Kind) -> None:
    """Registers a kind."""
    _kinds[kind.name] = kind


def kinds_for(actor: Actor) -> list[Kind]:
    """The kinds that concern an actor, most pressing first."""
    ranked = sorted(_kinds.values(), key=lambda kind: kind.rank)
    return [kind for kind in ranked if kind.concerns(actor)]
