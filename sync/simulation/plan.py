"""From a seed to events: the only place with random numbers."""

from collections.abc import Callable
from random import Random

from sync.simulation.desk import PEOPLE
from sync.simulation.world import PHONES, Event

HOUR = 3_600_000
LIMIT = 1_000  # of a number that chooses


def plan(seed: int) -> list[Event]:
    """The events of a run; the same for the same seed, on every machine."""
    random = Random(seed)  # noqa: S311 -- repeatable, and no secret
    events: list[Event] = []
    # Some days are calm, some have every fault: short runs find most, long ones find the rest.
    weights = _weights(random)
    for _ in range(random.randrange(10, 90)):
        (word,) = random.choices(list(weights), list(weights.values()))
        events.extend(_EVENTS[word](random))
    return events


def _weights(random: Random) -> dict[str, int]:
    rare = {word: random.choice((0, 0, 1, 3)) for word in RARE}
    common = {word: random.choice((1, 4, 8)) for word in COMMON}
    return {**common, **rare, "act": 12, "wait": 6}


def _n(random: Random) -> int:
    return random.randrange(LIMIT)


def _act(random: Random) -> list[Event]:
    """Often several things in a row, by the same person."""
    who = _n(random)
    times = random.choice((1, 1, 2, 4))
    return [("act", who, _n(random), _n(random), _n(random)) for _ in range(times)]


def _round(random: Random) -> list[Event]:
    """A round with whatever may go wrong in it."""
    return [
        ("send", _n(random), random.choice((0, 1, 2, 5)), random.choice((0, 1, 3, 20))),
        *([("dispatcher", _n(random), _n(random), _n(random))] if random.random() < 0.3 else []),
        ("carry", _n(random), random.randrange(24)),
        *(
            [("act", _n(random), _n(random), _n(random), _n(random))]
            if random.random() < 0.2
            else []
        ),
        ("take", _n(random), random.randrange(12)),
    ]


def _sync(random: Random) -> list[Event]:
    """Rounds that go well, as far as they get: a pull of many pages may be left in the middle."""
    who, page = _n(random), random.choice((0, 1, 3, 20))
    return [("sync", who, random.choice((0, 2, 6)), page)] * random.choice((1, 2, 5))


def _acts(random: Random, who: int, times: int) -> list[Event]:
    return [("act", who, _n(random), _n(random), _n(random)) for _ in range(times)]


def _continued_twice(random: Random) -> list[Event]:
    """A phone is put back to an image and goes on: the server knows other entries in its places."""
    who = _n(random)
    return [
        *_acts(random, who, random.randrange(2)),
        ("image", who),
        *_acts(random, who, random.choice((1, 3))),
        ("sync", who, random.choice((0, 5)), 20),
        ("roll_back", who),
        *_acts(random, who, random.choice((1, 3))),
        ("sync", who, random.choice((0, 5)), 20),
    ]


def _disaster(random: Random) -> list[Event]:
    """The server loses a day on which much happened."""
    who = _n(random)
    finish: list[Event] = [("act", who, 6, _n(random), _n(random))]
    day = [_continued_twice(random), finish, _act(random)]
    pictures = _pictures(random) if random.random() < 0.3 else []
    rest: list[Event] = [
        ("act", _n(random), 6, _n(random), _n(random)),
        ("sync", _n(random), 5, 20),
    ]
    return [
        ("backup",), *random.choice(day), *pictures, ("sync", who, 5, 20), *_restore(random),
        *rest, *_sync(random), *_sync(random),
    ]  # fmt: skip


def _to_and_fro(random: Random) -> list[Event]:
    """A branch is left and joined again by somebody who has not handed everything in."""
    who = random.randrange(len(PHONES))
    away: Event = ("dispatcher", 7, PEOPLE.index(PHONES[who][0]), 0)
    slowly: Event = ("sync", who, 0, random.choice((1, 20)))
    move: Event = ("dispatcher", 8, _n(random), _n(random))
    return [
        ("sync", who, 5, 20), *_acts(random, who, 4), away, slowly, move, slowly, away,
        *_sync(random),
    ]  # fmt: skip


def _pictures(random: Random) -> list[Event]:
    """Photos that go up piece by piece, between rounds of the same phone."""
    who = _n(random)
    uploads = [("upload", who, random.randrange(64)) for _ in range(random.choice((2, 5, 9)))]
    shots: list[Event] = [
        ("photograph", who, _n(random), _n(random)) for _ in range(random.choice((1, 1, 3)))
    ]
    return [*shots, *uploads, ("sync", who, 5, random.choice((1, 20)))]


def _ahead(random: Random) -> list[Event]:
    """What a newer app did is tried after the upgrade, before what it depends on has come."""
    who, other = _n(random), _n(random)
    return [
        ("ahead", who, other, _n(random)), ("sync", who, 5, 20), ("upgrade_server",),
        *_act(random), ("sync", other, 5, 20), ("sync", who, 5, 20),
    ]  # fmt: skip


def _reach(random: Random) -> list[Event]:
    """Work on foreign orders that names other work; somebody accepts what is held of it."""
    who = _n(random)
    accept: Event = ("dispatcher", 11, _n(random), 0)
    return [("reach", who, _n(random), _n(random)), ("sync", who, 5, 20), accept]


def _judged_twice(random: Random) -> list[Event]:
    """A request from before a restore reaches the restored server, which judges otherwise."""
    who = _n(random)
    return [
        ("sync", who, 5, 20), ("backup",), *_acts(random, who, 1), ("send", who, 5, 20),
        ("sync", who, 5, 20), *_restore(random), ("revoke", who), ("carry", _n(random), 0),
    ]  # fmt: skip


def _restore(random: Random) -> list[Event]:
    return [("restore", random.choice((0, 1)))]


_EVENTS: dict[str, Callable[[Random], list[Event]]] = {
    "act": _act,
    "round": _round,
    "sync": _sync,
    "wait": lambda r: [("wait", r.choice((0, 1, 700, 90_000, 2 * HOUR)))],
    "send": lambda r: [("send", _n(r), r.randrange(6), r.randrange(6))],
    "carry": lambda r: [("carry", _n(r), r.randrange(24))],
    "take": lambda r: [("take", _n(r), r.randrange(12))],
    "dispatcher": lambda r: [("dispatcher", _n(r), _n(r), _n(r))],
    "hand": lambda _: [("hand",)],
    "crash": lambda r: [("crash", _n(r))],
    "clock": lambda r: [("clock", _n(r), r.choice((-26, -1, 0, 0, 1, 30)) * HOUR)],
    "sleep": lambda r: [("sleep", _n(r), r.choice((10_000, HOUR)))],
    "upgrade": lambda r: [("upgrade", _n(r))],
    "upgrade_server": lambda _: [("upgrade_server",)],
    "backup": lambda _: [("backup",)],
    "restore": _restore,
    "image": lambda r: [("image", _n(r))],
    "roll_back": lambda r: [("roll_back", _n(r))],
    "reuse": lambda r: [("reuse", _n(r), _n(r))],
    "revoke": lambda r: [("revoke", _n(r))],
    "continued_twice": _continued_twice,
    "disaster": _disaster,
    "to_and_fro": _to_and_fro,
    "pictures": _pictures,
    "upload": lambda r: [("upload", _n(r), r.randrange(64))],
    "reach": _reach,
    "judged_twice": _judged_twice,
    "ahead": _ahead,
}
COMMON = ("round", "sync", "send", "carry", "take", "dispatcher", "hand", "upload")
RARE = (
    "crash", "clock", "sleep", "upgrade", "upgrade_server", "backup", "restore", "image",
    "roll_back", "reuse", "revoke", "continued_twice", "disaster", "to_and_fro",
    "pictures", "reach", "ahead", "judged_twice",
)  # fmt: skip
