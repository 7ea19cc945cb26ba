"""One run, and how a failing one is made short."""

import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sync.simulation.oracle import LossError
from sync.simulation.plan import plan
from sync.simulation.world import Event, World


@dataclass(frozen=True)
class Outcome:
    """What became of a run: how many mutations it had, and what was lost, if anything was."""

    mutations: int
    loss: str | None = None


def run(events: Sequence[Event]) -> Outcome:
    """Lives through events and lets everything come to rest."""
    world = World()
    try:
        for event in events:
            world.live(event)
        world.calm_down()
    except LossError as loss:
        return Outcome(world.mutations, str(loss))
    except Exception:  # noqa: BLE001 -- whatever breaks in a run is a finding about that run
        return Outcome(world.mutations, traceback.format_exc(limit=-6))
    return Outcome(world.mutations)


def shortest(
    events: Sequence[Event], fails: Callable[[Sequence[Event]], bool] | None = None
) -> list[Event]:
    """A short list of events that still fails, out of a failing one (delta debugging)."""
    fails = fails or (lambda tried: run(tried).loss is not None)
    kept, size = list(events), max(1, len(events) // 2)
    while True:
        for start in range(len(kept) - size, -1, -size):
            without = kept[:start] + kept[start + size :]
            if fails(without):
                kept = without
        if size == 1 and all(not fails(kept[:i] + kept[i + 1 :]) for i in range(len(kept))):
            return kept
        size = max(1, size // 2)


def first_loss(seeds: Iterable[int]) -> tuple[int, str] | None:
    """The first seed whose run breaks a promise, and which; None if none does."""
    for seed in seeds:
        loss = run(plan(seed)).loss
        if loss is not None:
            return seed, loss
    return None
