"""Reading ahead: what many calls will ask for one by one is read by one query for all of them."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from server.core.actor import Actor
from server.core.session import WriteSession
from sync.args import ID

Calls = Sequence[tuple[str, Mapping[str, Any]]]  # name and arguments, which nobody has checked
Foresight = Callable[[WriteSession, Actor, Calls], None]
F = TypeVar("F", bound=Foresight)

_foresights: dict[str, list[Foresight]] = {}


def foresees(*names: str) -> Callable[[F], F]:
    """Registers a function that reads for calls of these commands: only to be quicker then."""

    def register(foresight: F) -> F:
        for name in names:
            _foresights.setdefault(name, []).append(foresight)
        return foresight

    return register


def foresee(session: WriteSession, actor: Actor, calls: Calls) -> None:
    """Reads what calls of one actor will ask for."""
    asked: dict[Foresight, list[tuple[str, Mapping[str, Any]]]] = defaultdict(list)
    for name, args in calls:
        for foresight in _foresights.get(name, ()):
            asked[foresight].append((name, args))
    for foresight, them in asked.items():
        foresight(session, actor, them)


def named(calls: Calls, argument: str) -> set[str]:
    """The ids that calls give as one of their arguments."""
    given = (args.get(argument) for _, args in calls)
    return {one for one in given if isinstance(one, str) and ID.fullmatch(one)}
