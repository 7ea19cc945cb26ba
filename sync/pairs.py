"""Which photos of a report stand side by side: the same place before and after. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any


def pairs_of(photos: Sequence[Mapping[str, Any]], arrived_at: str | None) -> list[list[int]]:
    """The first photo before beside the first one after, the second beside the second.

    Args:
        photos: of a report's content, oldest first; those of the order's earlier visits too.
        arrived_at: of the report's visit, UTC ISO-8601: earlier photos are of another visit and
            in no pair. None: all are of this one.

    Returns:
        pairs of places in `photos`.
    """
    own = [
        (place, photo.get("slot"))
        for place, photo in enumerate(photos)
        if (photo.get("taken_at") or "") >= (arrived_at or "")
    ]
    before = [place for place, slot in own if slot == "before"]
    after = [place for place, slot in own if slot == "after"]
    return [list(pair) for pair in zip(before, after, strict=False)]
