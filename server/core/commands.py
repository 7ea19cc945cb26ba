"""The one way in: every write is a command run by `UnitOfWork.execute`.

Permission → arguments → checks → handler or declared effects → consequences; when the block is
left: flush → clock row → audit and feed → commit. An exception leaves nothing behind.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

import orjson
from marshmallow import Schema, ValidationError

from server.core import aliases, audit, events, feed, records, stamps
from server.core.actor import Actor
from server.core.catalogue import COMMANDS
from server.core.clock import Clock
from server.core.db import Database
from server.core.effects import apply_effects, check_args
from server.core.errors import Hold, Problem
from server.core.permissions import may
from server.core.results import CommandResult
from server.core.schemas import invalid
from server.core.session import WriteSession

Args = dict[str, Any]
Handler = Callable[["Context", Args], Any]
H = TypeVar("H", bound=Callable[..., Any])


@dataclass(frozen=True)
class Call:
    """A wish to change something.

    Attributes:
        name: of the command.
        args: as JSON values.
        id: the client's id; the same id with the same arguments is carried out once.
        version: of the command's arguments.
        at: corrected time of the action, where it was done before it was received.
        journalled: from a phone's journal, which keeps arguments, verdict and repeats itself.
        loaded: the arguments as their schema loaded them, where `prepared` did so already.
        journal: that a journalled call is from.
        seq: its place there.
        changed: the arguments are not those that the journal keeps, so the audit has to.
        allowing: codes of rules that a person has decided not to ask of this field work.
    """

    name: str
    args: Mapping[str, Any]
    id: str | None = None
    version: int = 1
    at: datetime | None = None
    journalled: bool = False
    loaded: Args | None = None
    journal: str | None = None
    seq: int = 0
    changed: bool = False
    allowing: frozenset[str] = frozenset()


@dataclass
class Context:
    """What a handler may use."""

    session: WriteSession
    actor: Actor
    call: Call
    at: datetime
    now: datetime
    work: "UnitOfWork"
    notes: list[dict[str, Any]] = field(default_factory=list)
    subject: str | None = None
    named: Mapping[str, str] = field(default_factory=dict)  # argument → the alias that it was

    def event(self, name: str, **payload: Any) -> None:
        """Tells other rooms, inside this transaction."""
        events.deliver(name, self, payload)

    def about(self, kind: str, record_id: str) -> None:
        """Names the record in whose history the audit entry is shown."""
        self.subject = f"{kind}:{record_id}"


@dataclass(frozen=True)
class Command:
    """A registered command.

    Attributes:
        name: `order.assign`.
        version: of its arguments.
        schema: marshmallow schema of a server command; None for a field command, whose
            arguments are declared in commands.json.
        permission: needed for a server command.
        roles: that may run a field command.
        handler: of a server command.
        secret: its answer is told once and kept nowhere, so a repeat is carried out again.
        tries: argument that asks what would be done: then nothing is written, not even who asked.
    """

    name: str
    version: int
    schema: type[Schema] | None
    permission: str | None
    roles: frozenset[str]
    handler: Handler | None
    secret: bool = False
    tries: str | None = None


@dataclass(frozen=True)
class Result:
    """What a command came to: its handler's value and notes on merges."""

    value: Any
    notes: list[dict[str, Any]]


_commands: dict[str, Command] = {
    name: Command(name, int(c["version"]), None, None, frozenset(c["roles"]), None)
    for name, c in COMMANDS.items()
}
_checks: dict[str, list[Handler]] = {}
_consequences: dict[str, list[Handler]] = {}


def command(
    name: str,
    schema: type[Schema],
    permission: str | None = None,
    version: int = 1,
    *,
    secret: bool = False,
    tries: str | None = None,
) -> Callable[[H], H]:
    """Registers a server command; `permission` is its own name unless told otherwise."""

    def register(handler: H) -> H:
        if name in _commands:
            raise LookupError(f"{name} is registered twice")
        _commands[name] = Command(
            name, version, schema, permission or name, frozenset(), handler, secret, tries
        )
        return handler

    return register


def check(*names: str) -> Callable[[H], H]:
    """Registers a function that runs before the effects of field commands; it may raise Hold."""
    return _adder(_checks, names)


def consequence(*names: str) -> Callable[[H], H]:
    """Registers a function that runs after the effects: what only the server knows."""
    return _adder(_consequences, names)


def _adder(table: dict[str, list[Handler]], names: tuple[str, ...]) -> Callable[[H], H]:
    def register(handler: H) -> H:
        for name in names:
            if name not in COMMANDS:
                raise LookupError(f"{name} is no field command")
            table.setdefault(name, []).append(handler)
        return handler

    return register


def registered() -> list[Command]:
    """All commands, by name."""
    return [_commands[name] for name in sorted(_commands)]


def find(name: str) -> Command:
    """The command of that name.

    Raises:
        Problem: `held_unknown_command`, also for a newer phone's.
    """
    try:
        return _commands[name]
    except KeyError:
        raise Hold("held_unknown_command") from None


@dataclass
class UnitOfWork:
    """One write transaction.

    Attributes:
        position: where its changes stand in the feed, known when it has been published.
        before_commit: called last with that position, for rows that keep it; with None where
            nothing was published.
    """

    session: WriteSession
    clock: Clock
    position: int = 0
    before_commit: list[Callable[[int | None], None]] = field(default_factory=list)
    _drafts: list[audit.Draft] = field(default_factory=list)

    def execute(self, actor: Actor, call: Call) -> Result:
        """Runs one command.

        Raises:
            Problem: it is not allowed, its arguments are wrong, or a rule forbids it.
            Hold: it is field work that a person has to decide about.
        """
        found = find(call.name)
        _allow(found, actor, call.allowing)
        args = _validate(found, call) if call.loaded is None else dict(call.loaded)
        kept, args_hash = _for_audit(found, args)
        repeat = self._repeat(call, actor, args_hash)
        if repeat is not None:
            return repeat
        now = self.clock.now()
        context = Context(self.session, actor, call, call.at or now, now, self)
        meant = aliases.resolved(self.session, args)
        context.named = {name: args[name] for name in meant}
        args |= meant
        result = Result(_run(found, context, args), context.notes)
        self._record(context, kept, args_hash, args)
        if not found.secret:
            self._remember(call, actor, args_hash, result)
        return result

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What fails inside is undone alone: rows, records to publish, audit, what comes last."""
        drafts, keys = len(self._drafts), set(records.touched(self.session))
        last = len(self.before_commit)
        try:
            with self.session.begin_nested():
                yield
        except BaseException:
            del self._drafts[drafts:], self.before_commit[last:]
            records.touched(self.session).clear()
            records.touched(self.session).update(keys)
            raise

    def publish(self) -> None:
        """Stamps audit and feed; the last thing before the commit. Nothing to say, no stamp."""
        self.session.flush()
        if self._drafts or records.touched(self.session):
            self._stamp()
        for keep in self.before_commit:
            keep(self.position or None)
        self.session.flush()

    def _stamp(self) -> None:
        stamp = feed.advance(self.session)
        stamp.audit_n, stamp.audit_hash = audit.append(
            self.session, self._drafts, stamp.audit_n, stamp.audit_hash
        )
        feed.publish(self.session, stamp)
        feed.settle(self.session, stamp)
        stamps.draw(self.session, stamp.position, self.clock.now())
        self._drafts.clear()
        self.position = stamp.position

    def _repeat(self, call: Call, actor: Actor, args_hash: str) -> Result | None:
        if call.id is None or call.journalled:
            return None
        known = self.session.get(CommandResult, call.id)
        if known is None:
            return None
        wish = (call.name, args_hash, actor.person_id)
        if (known.name, known.args_hash, known.actor_id) != wish:
            raise Problem("id_reused")
        answer = orjson.loads(known.result)
        return Result(answer["value"], answer["notes"])

    def _remember(self, call: Call, actor: Actor, args_hash: str, result: Result) -> None:
        if call.id is None or call.journalled:
            return
        answer = orjson.dumps({"value": result.value, "notes": result.notes}).decode()
        wish = {"name": call.name, "args_hash": args_hash, "actor_id": actor.person_id}
        self.session.add(CommandResult(id=call.id, result=answer, **wish))

    def _record(self, context: Context, kept: str | None, args_hash: str, args: Args) -> None:
        call = context.call
        subject = context.subject
        if subject is None and "order_id" in args and args["order_id"]:
            subject = f"order:{args['order_id']}"
        notes = orjson.dumps(context.notes).decode() if context.notes else None
        self._drafts.append(
            audit.Draft(
                at=context.at,
                received_at=context.now,
                actor=context.actor,
                command=call.name,
                command_id=call.id,
                subject=subject,
                args=None if call.journalled and not call.changed else kept,
                args_hash=args_hash,
                notes=notes,
            )
        )


def prepared(actor: Actor, call: Call) -> Call:
    """The call with its arguments checked, before a transaction begins: that may take time.

    Raises:
        Problem: as `UnitOfWork.execute`.
    """
    found = find(call.name)
    _allow(found, actor)
    return replace(call, loaded=_validate(found, call))


def only_tries(call: Call) -> bool:
    """Whether a prepared call asks what would be done."""
    tries = find(call.name).tries
    return tries is not None and bool((call.loaded or {}).get(tries))


@contextmanager
def unit_of_work(database: Database, clock: Clock) -> Iterator[UnitOfWork]:
    """Opens the write transaction; publishes and commits when the block is left well."""
    with database.writing() as session:
        session.info["unit_of_work"] = True
        work = UnitOfWork(session, clock)
        yield work
        work.publish()


def _allow(found: Command, actor: Actor, allowing: frozenset[str] = frozenset()) -> None:
    if actor.kind == "system":
        return
    if found.schema is None:
        if actor.drain_only:
            raise Hold("held_device_revoked")
        fits = actor.kind == "person" and found.roles & actor.roles
        if not fits and "held_forbidden" not in allowing:
            raise Hold("held_forbidden")
    elif not may(actor, found.permission or found.name):
        raise Problem("forbidden")


def _validate(found: Command, call: Call) -> Args:
    if found.schema is None:
        return check_args(found.name, call.version, call.args)
    try:
        loaded: Args = found.schema().load(call.args)
    except ValidationError as error:
        raise invalid(error) from error
    return loaded


def _for_audit(found: Command, args: Args) -> tuple[str, str]:
    """The arguments as the audit keeps them: what must not be read again is left out."""
    schema = found.schema() if found.schema else None
    secret = {n for n, f in schema.fields.items() if f.load_only} if schema else set()
    kept = {key: value for key, value in args.items() if key not in secret}
    text = orjson.dumps(kept, default=records.to_json, option=orjson.OPT_SORT_KEYS)
    return text.decode(), audit.hash_text(text)


def _run(found: Command, context: Context, args: Args) -> Any:
    if found.handler is not None:
        return found.handler(context, args)
    for before in _checks.get(found.name, ()):
        _ask(before, context, args)
    apply_effects(context, found.name, args)
    for after in _consequences.get(found.name, ()):
        _follow(after, context, args)
    return None


def _ask(before: Handler, context: Context, args: Args) -> None:
    try:
        before(context, args)
    except Hold as rule:
        if rule.code not in context.call.allowing:
            raise


def _follow(after: Handler, context: Context, args: Args) -> None:
    try:
        after(context, args)
    except Problem as problem:
        problem.after_writing = True
        raise
