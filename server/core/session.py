"""The session of a write transaction: what it has read or made it need not ask for again."""

from collections.abc import Iterable
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import Mapper, Session

from server.core.questions import Question, ask, listed, texts

_IN_CHUNK = 400

M = TypeVar("M")
Key = tuple[Any, Any]  # mapped class, primary key


class WriteSession(Session):
    """Holds every row that it has seen; SQLAlchemy's own holds them weakly.

    Args:
        bind: engine.
        alone: nobody else writes until this transaction ends, so no row needs a lock.
    """

    def __init__(self, bind: Any, *, alone: bool) -> None:
        super().__init__(bind, expire_on_commit=False)
        self._alone = alone
        self._held: dict[Key, Any] = {}  # None: there is no such row
        self._locked: set[Key] = set()

    def get(
        self, entity: type[M] | Mapper[M], ident: Any, *, with_for_update: Any = None, **more: Any
    ) -> M | None:
        """As `Session.get`; but a row made here is found before it is flushed."""
        key = (entity, ident)
        if key not in self._held:
            with self.no_autoflush:  # what is not flushed yet is held, so it isn't this one
                row = super().get(entity, ident, with_for_update=with_for_update, **more)
        elif with_for_update and not self._is_locked(key):
            row = super().get(entity, ident, with_for_update=with_for_update, **more)
        else:
            row = self._held[key]
        if with_for_update:
            self._locked.add(key)
        return row

    def foresee(self, model: type[Any], idents: Iterable[str], *, lock: bool = False) -> None:
        """Reads rows by one query, so that `get` finds them, or knows that there are none.

        Args:
            model: its primary key has one column.
            idents: keys; those asked for before cost nothing.
            lock: keep the rows from others until the transaction ends.
        """
        wanted = sorted({one for one in idents if (model, one) not in self._held})
        if not wanted:
            return
        # Most ids are of what a phone has just made, which is not here yet.
        here = sorted(key for (key,) in ask(self, _here(inspect(model)), ids=listed(wanted)))
        column = inspect(model).primary_key[0]
        query = select(model).order_by(column)  # locked in one order by all
        for i in range(0, len(here), _IN_CHUNK):
            part = query.where(column.in_(here[i : i + _IN_CHUNK]))
            with self.no_autoflush:
                self.scalars(part.with_for_update() if lock else part).all()
        for one in wanted:
            self._held.setdefault((model, one), None)
            if lock:
                self._locked.add((model, one))

    def expire_all(self) -> None:
        """Forgets all rows: something was written past them."""
        self._held.clear()
        self._locked.clear()
        super().expire_all()

    def _is_locked(self, key: Key) -> bool:
        return self._alone or key in self._locked

    def _hold(self, row: Any) -> None:
        self._held[_key_of(row)] = row

    def _hold_new(self, row: Any) -> None:
        self._hold(row)
        self._locked.add(_key_of(row))

    def _let_go(self, row: Any) -> None:
        self._held.pop(_key_of(row), None)
        self._locked.discard(_key_of(row))


@cache
def _here(mapper: Mapper[Any]) -> Question:
    """Which of some keys there are."""
    column = mapper.primary_key[0]
    return Question(select(column).where(column.in_(texts("ids"))))


def _key_of(row: Any) -> Key:
    model = type(row)
    key = inspect(model).primary_key_from_instance(row)
    return model, key[0] if len(key) == 1 else tuple(key)


event.listen(WriteSession, "loaded_as_persistent", WriteSession._hold)
event.listen(WriteSession, "transient_to_pending", WriteSession._hold_new)
event.listen(WriteSession, "pending_to_transient", WriteSession._let_go)
event.listen(WriteSession, "persistent_to_transient", WriteSession._let_go)
event.listen(WriteSession, "persistent_to_deleted", WriteSession._let_go)
