"""What one room has to tell rooms that come before it: delivered inside the transaction."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

Listener = Callable[..., None]
F = TypeVar("F", bound=Listener)

_listeners: dict[str, list[Listener]] = defaultdict(list)


def on(name: str) -> Callable[[F], F]:
    """Registers a function for an event; it is called with the context and the payload."""

    def register(listener: F) -> F:
        _listeners[name].append(listener)
        return listener

    return register


def deliver(name: str, context: Any, payload: dict[str, Any]) -> None:
    """Calls all listeners of an event in the order in which their rooms were loaded."""
    for listener in _listeners[name]:
        listener(context, **payload)
