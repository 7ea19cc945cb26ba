"""`python -m sync.simulation --seeds 10000`: runs long, and stops at the first loss."""

import argparse
import sys
import time

from sync.simulation.plan import plan
from sync.simulation.run import Outcome, run, shortest

TELL_EVERY = 200  # seeds


def main() -> int:
    """Runs the seeds asked for.

    Returns:
        1 where a promise was broken, else 0.
    """
    parser = argparse.ArgumentParser(prog="python -m sync.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=10_000, help="how many")
    parser.add_argument("--first-seed", type=int, default=0)
    asked = parser.parse_args()
    began, mutations = time.monotonic(), 0
    for done, seed in enumerate(range(asked.first_seed, asked.first_seed + asked.seeds), 1):
        outcome = run(plan(seed))
        mutations += outcome.mutations
        if outcome.loss is not None:
            tell_loss(seed, outcome)
            return 1
        if done % TELL_EVERY == 0 or done == asked.seeds:
            rate = mutations / max(time.monotonic() - began, 0.001)
            print(f"{done} seeds, {mutations} mutations, {rate:.0f}/s, nothing lost", flush=True)
    return 0


def tell_loss(seed: int, outcome: Outcome) -> None:
    """Prints the seed, what was lost, and the shortest list of events that still loses it."""
    print(f"seed {seed}: {outcome.loss}")
    events = shortest(plan(seed))
    print(f"{len(events)} events are enough for: {run(events).loss}")
    for event in events:
        print(f"    {event},")


if __name__ == "__main__":
    sys.exit(main())
