"""The messages of `POST /api/v1/sync`: what they are called, and what is wrong with one.

A message that cannot be understood as a whole is answered with its errors by field. A single entry
that cannot be understood is no reason to refuse the others: it is kept whole, and held.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from sync.args import HASH, ID
from sync.canonical import INT_MAX
from sync.journal import hashes

# Versions of the messages. A server understands its own and every earlier one; what a version
# changed is turned into the newest form where a message is read, here.
#   1  first version
PROTOCOL = 1

MUTATIONS_MAX = 500
AFTER_MAX = 100
LIMIT_DEFAULT = 500
LIMIT_MAX = 5000
APP_MAX = 40

Args = dict[str, Any]
Upcaster = Callable[[Args], Args]

# (command, version) → arguments of the next version. Never removed: a phone that was offline for
# weeks hands in what its old app wrote.
UPCASTERS: dict[tuple[str, int], Upcaster] = {}


class BadMessageError(Exception):
    """The message as a whole is not understood; `code` and `fields` are of the catalogue."""

    def __init__(self, code: str, fields: Mapping[str, list[str]]) -> None:
        super().__init__(f"{code} {dict(fields)}")
        self.code = code
        self.fields = dict(fields)


@dataclass(frozen=True, slots=True)
class Entry:
    """A journal entry as it came.

    Attributes:
        id: of the mutation; of an entry without a usable one, made from its content.
        journal: that it belongs to.
        seq: its place there; 0 where it had none that could be read.
        prev: hash of the entry before.
        name: of the command.
        version: of the command's arguments.
        args: the arguments, unchecked.
        after: ids of the mutations it depends on.
        made_at: device time, as the phone wrote it.
        mono_ms: monotonic milliseconds since the run began.
        run: one run of the app, in which monotonic times can be compared.
        hash: by which the next entry names it; empty if it has no canonical form.
        action: hash of what was done, without the place in a journal.
        errors: what is wrong with the entry itself, by field.
        raw: the whole entry as JSON text if something is wrong with it.
    """

    id: str
    journal: str
    seq: int
    prev: str
    name: str
    version: int
    args: Args
    after: tuple[str, ...]
    made_at: str
    mono_ms: int | None
    run: str | None
    hash: str
    action: str
    errors: Mapping[str, list[str]] = field(default_factory=dict)
    raw: str | None = None


@dataclass(frozen=True, slots=True)
class ClockReading:
    """The device's two clocks at the moment of sending."""

    device_time: str
    mono_ms: int
    run: str


@dataclass(frozen=True, slots=True)
class Pull:
    """A wish for changes.

    Attributes:
        cursor: up to where they have come; None: from the start.
        limit: of one page.
        digests: tell the channels' digests.
        have: digests of what the phone still has from before it starts over: what is the same
            need not come again.
    """

    cursor: str | None
    limit: int
    digests: bool
    have: Mapping[str, tuple[int, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Status:
    """What the phone says of itself, for the desk."""

    pending: int | None
    pending_photos: int | None
    oldest_unsent: str | None
    locked: bool | None
    app: str | None
    protocol: int | None


@dataclass(frozen=True, slots=True)
class Request:
    """One request, understood.

    Attributes:
        person: whose work and whose copy this is; None if not said.
        journal: whose state is asked for.
        kept_from: the lowest seq of that journal which the phone still has; None if not said.
        photos: hashes that the phone asks about.
    """

    person: str | None
    journal: str | None
    kept_from: int | None
    mutations: tuple[Entry, ...]
    clock: ClockReading | None
    status: Status
    pull: Pull | None
    photos: tuple[str, ...]


def parse(body: Any) -> Request:
    """Reads a request.

    Fields that this version does not know are left alone: a newer app may send more.

    Raises:
        BadMessageError: `invalid`, `protocol_newer` or `too_large`.
    """
    if not isinstance(body, dict):
        raise BadMessageError("invalid", {"body": ["field_type"]})
    protocol = body.get("protocol")
    if type(protocol) is not int or protocol < 1:
        code = "field_required" if protocol is None else "field_type"
        raise BadMessageError("invalid", {"protocol": [code]})
    if protocol > PROTOCOL:
        raise BadMessageError("protocol_newer", {"protocol": ["field_range"]})
    reading = _Reading(body)
    request = reading.request()
    if reading.errors:
        raise BadMessageError("invalid", reading.errors)
    if len(request.mutations) > MUTATIONS_MAX:
        raise BadMessageError("too_large", {"mutations": ["field_length"]})
    return request


class _Reading:
    """One message being read: the errors found so far."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        self.body = body
        self.errors: dict[str, list[str]] = {}

    def request(self) -> Request:
        journal = self._known("journal", _is_id)
        return Request(
            person=self._known("person", _is_id),
            journal=journal,
            kept_from=self._known("kept_from", _is_count),
            mutations=tuple(read_entry(raw, journal) for raw in self._list("mutations")),
            clock=self._clock(),
            status=self._status(),
            pull=self._pull(),
            photos=tuple(one for one in self._list("photos") if _is_hash(one)),
        )

    def _known(self, name: str, fits: Callable[[Any], bool], within: str = "") -> Any:
        """An optional field; one that is there but does not fit is an error."""
        value = (self.body[within] if within else self.body).get(name)
        if value is None or fits(value):
            return value
        self.errors[f"{within}.{name}" if within else name] = ["field_type"]
        return None

    def _list(self, name: str) -> list[Any]:
        found = self._known(name, lambda value: isinstance(value, list))
        return found or []

    def _clock(self) -> ClockReading | None:
        clock = self._known("clock", lambda value: isinstance(value, dict))
        if clock is None:
            return None
        device_time = self._known("device_time", lambda v: isinstance(v, str), "clock")
        mono_ms = self._known("mono_ms", _is_int, "clock")
        run = self._known("run", _is_id, "clock")
        if device_time is None or mono_ms is None or run is None:
            return None  # a phone that doesn't tell its clocks is believed less, not refused
        return ClockReading(device_time, mono_ms, run)

    def _status(self) -> Status:
        status = self.body.get("status")
        given = status if isinstance(status, dict) else {}
        app, oldest = self.body.get("app"), given.get("oldest_unsent")
        pending, photos = given.get("pending"), given.get("pending_photos")
        locked = given.get("locked")
        return Status(
            pending=pending if _is_count(pending) else None,
            pending_photos=photos if _is_count(photos) else None,
            oldest_unsent=oldest if _is_short(oldest) else None,
            locked=locked if isinstance(locked, bool) else None,
            app=app[:APP_MAX] if isinstance(app, str) and _is_short(app) else None,
            protocol=self.body["protocol"],
        )

    def _pull(self) -> Pull | None:
        pull = self._known("pull", lambda value: isinstance(value, dict))
        if pull is None:
            return None
        limit = self._known("limit", _is_int, "pull") or LIMIT_DEFAULT
        # A cursor of any other form is answered like one of another installation.
        cursor = pull.get("cursor")
        cursor = cursor if isinstance(cursor, str) or cursor is None else "?"
        limit = min(max(limit, 1), LIMIT_MAX)
        return Pull(cursor, limit, pull.get("digests") is True, _sums(pull.get("have")))


def read_entry(raw: Any, journal: str | None) -> Entry:
    """Reads one entry; one that can't be understood comes with its errors, and whole.

    Args:
        raw: as it came.
        journal: of the request, for an entry that names none.
    """
    given = raw if isinstance(raw, dict) else {}
    errors = {}
    for name, fits in _ENTRY:
        if not fits(given.get(name)):
            errors[name] = ["field_type" if given.get(name) is not None else "field_required"]
    if not errors:
        try:
            own, action = hashes(given)
            return Entry(**_values(given), hash=own, action=action)
        except TypeError:
            errors["args"] = ["field_type"]  # nothing else can lack a canonical form
    return _broken(raw, given, journal, errors)


def _values(given: Mapping[str, Any]) -> dict[str, Any]:
    return {**{name: given[name] for name, _ in _ENTRY}, "after": tuple(given["after"])}


def _broken(
    raw: Any, given: Mapping[str, Any], journal: str | None, errors: dict[str, list[str]]
) -> Entry:
    """What can be read of an entry, with stand-ins for the rest; the whole of it is in `raw`."""
    # Not canonical JSON: it may hold a float.
    text = json.dumps(raw, sort_keys=True, separators=(",", ":"))
    action = sha256(text.encode()).hexdigest()
    stand_ins = {"id": f"broken:{action[:40]}", "journal": journal or "", "seq": 0, "prev": ""}
    stand_ins |= {"name": "", "version": 0, "args": {}, "after": (), "made_at": ""}
    read = {name: given.get(name) for name, _ in _ENTRY if name not in errors}
    values = _values({"mono_ms": None, "run": None, **stand_ins, **read})
    if not values["journal"]:
        values["seq"] = 0  # a place in no journal is no place
    return Entry(**values, hash="", action=action, errors=errors, raw=text)


def _sums(given: Any) -> dict[str, tuple[int, str]]:
    """Digests by channel; what has another form tells nothing, and that channel is sent whole."""
    found = given.items() if isinstance(given, dict) else ()
    return {
        channel: (sum_["n"], sum_["d"])
        for channel, sum_ in found
        if isinstance(sum_, dict) and _is_count(sum_.get("n")) and isinstance(sum_.get("d"), str)
    }


def _is_int(value: Any) -> bool:
    return type(value) is int and -INT_MAX <= value <= INT_MAX


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value <= INT_MAX


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and ID.fullmatch(value) is not None


def _is_hash(value: Any) -> bool:
    return isinstance(value, str) and HASH.fullmatch(value) is not None


def _is_short(value: Any) -> bool:
    """Text that every database keeps: no NUL, no half surrogate pair."""
    return isinstance(value, str) and len(value) <= 80 and value.isprintable()


_ENTRY: tuple[tuple[str, Callable[[Any], bool]], ...] = (
    ("id", _is_id),
    ("journal", _is_id),
    ("seq", lambda value: type(value) is int and 1 <= value < 2**31),
    ("prev", _is_hash),
    ("name", lambda value: _is_short(value) and value != ""),
    ("version", lambda value: type(value) is int and 1 <= value < 2**31),
    ("args", lambda value: isinstance(value, dict)),
    (
        "after",
        lambda value: (
            isinstance(value, list) and len(value) <= AFTER_MAX and all(map(_is_id, value))
        ),
    ),
    ("made_at", _is_short),
    ("mono_ms", lambda value: value is None or _is_int(value)),
    ("run", lambda value: value is None or _is_id(value)),
)


def upcast(
    name: str,
    version: int,
    args: Args,
    newest: int,
    upcasters: Mapping[tuple[str, int], Upcaster] = UPCASTERS,
) -> Args:
    """Arguments of an older version as the newest version has them.

    Raises:
        LookupError: a step is missing; a test keeps that from happening to a real command.
    """
    for step in range(version, newest):
        args = upcasters[(name, step)](args)
    return args


def missing_upcasters(
    commands: Mapping[str, Mapping[str, Any]],
    upcasters: Mapping[tuple[str, int], Upcaster] = UPCASTERS,
) -> Iterator[tuple[str, int]]:
    """Every step from an older version that nobody has written."""
    for name, command in commands.items():
        for step in range(1, command["version"]):
            if (name, step) not in upcasters:
                yield name, step
