"""What a test process makes anew for a thousand apps and databases, made once.

Each test has an app and a database of its own. What those come to from the same source text, the
SQL of a statement and the pattern of an address, is the same each time, and making it took as long
as all the rest. A server makes both once in its life, so nothing of the product is left out.
"""

import gc
from collections.abc import Callable
from typing import Any

from sqlalchemy import Dialect, Engine, create_engine, event
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from server.core import db
from server.core.http.install import Matched

STATEMENTS = 2000  # more than all tests of one process ask; some MB
# Young objects until Python looks for circles among them, and how often until it looks among older
# ones too: a test's app is some 30,000 objects, and a hundred of them may wait together.
YOUNG, GENERATIONS = 50_000, 10


def share() -> None:
    """From here on, every engine and every app of this process."""
    vars(db)["create_engine"] = _create_sharing()
    Matched.compile = _compiled_once(Matched.compile)  # type: ignore[method-assign]


def settle() -> None:
    """Keeps Python from going through all that was imported again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, GENERATIONS, GENERATIONS)


def _create_sharing() -> Callable[..., Engine]:
    """Engines of one kind speak one dialect, by which SQLAlchemy tells whether it knows the SQL."""
    dialects: dict[str, Dialect] = {}
    compiled: LRUCache[Any, Any] = LRUCache(STATEMENTS)

    def create(*args: Any, **settings: Any) -> Engine:
        engine = create_engine(*args, **settings)
        name = engine.dialect.name
        if name in dialects:
            engine.dialect = dialects[name]
        else:  # it knows itself once it has seen a server
            event.listen(
                engine, "first_connect", lambda *_: dialects.setdefault(name, engine.dialect)
            )
        engine.update_execution_options(compiled_cache=compiled)
        return engine

    return create


def _compiled_once(compile_rule: Callable[[Rule], None]) -> Any:
    known: dict[str, dict[str, Any]] = {}
    made = ("_parts", "_trace", "_converters", "arguments", "_build", "_build_unknown")

    def compile_or_take(rule: Rule) -> None:
        if rule.rule not in known:
            compile_rule(rule)
            known[rule.rule] = {name: getattr(rule, name) for name in made}
        vars(rule).update(known[rule.rule])

    return compile_or_take
