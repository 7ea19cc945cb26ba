"""A small company, a bad network and an oracle: the sync engine run to destruction.

`plan` makes events from a seed, `world` lives through them, `oracle` says what must be true,
`shrink` makes a failing run short. Nothing here reads a clock, a file or another random number,
so a seed is a run. `python -m sync.simulation --seeds 10000` runs long.
"""
