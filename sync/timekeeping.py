"""When something was really done: the device's time, corrected by what is known of its clocks.

A device has a clock that a person can set, and one that only counts. The counting one (a page's
`performance.now()`) stands still on most phones while they sleep: it never says too much, and
often too little. So within one run of the app
  - both agree: the counted time since then is taken;
  - the device's clock says more: the phone slept, and its clock is taken, the difference being
    what one can't be sure of;
  - the device's clock says less: somebody set it back. The counted time is taken, and it is told.
Across runs only the device's clock is left, moved by what it was wrong when the server saw it.
Nothing is done later than it is received. A clock is never a reason to refuse anything.

The order of a journal is certain, clocks are not. So nothing is done before what stands before it
in its journal, and of two that contradict each other the one whose time was counted is believed.
The time is found once, when an entry comes for the first time; it is not found again when more is
known about the device's clocks.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

# What a request's own way may take and a clock may lose before anything is concluded from it.
TOLERANCE_MS = 5_000
# A clock this far off is set wrong, not just inexact.
WRONG_MS = 5 * 60_000
# Nobody was offline for so long: a clock whose battery was empty begins at some old day.
LONG_AGO_MS = 366 * 24 * 3_600_000
# What a device's clock may have drifted unseen between two runs.
OTHER_RUN_MS = 30_000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A moment at which the server saw both of a device's clocks, all in milliseconds."""

    run: str
    mono_ms: int
    device_ms: int
    server_ms: int


@dataclass(frozen=True, slots=True)
class Corrected:
    """When it was done.

    Attributes:
        at_ms: milliseconds since 1970, UTC; never later than it was received.
        uncertainty_ms: how far off that may be; None if nothing is known.
        suspicious: the clock was set wrong or set back: for a person to see.
    """

    at_ms: int
    uncertainty_ms: int | None
    suspicious: bool

    @property
    def counted(self) -> bool:
        """Whether the counting clock told it, all the way to a moment that the server saw."""
        return self.uncertainty_ms is not None and self.uncertainty_ms <= TOLERANCE_MS

    def not_after(self, ms: int) -> "Corrected":
        """The same action, known to have been done by then."""
        return self._moved(min(self.at_ms, ms))

    def not_before(self, ms: int) -> "Corrected":
        """The same action, known not to have been done before then."""
        return self._moved(max(self.at_ms, ms))

    def _moved(self, at_ms: int) -> "Corrected":
        distance = abs(at_ms - self.at_ms)
        if distance == 0:
            return self
        wider = None if self.uncertainty_ms is None else self.uncertainty_ms + distance
        return Corrected(at_ms, wider, self.suspicious or distance > WRONG_MS)


def to_ms(text: str) -> int | None:
    """Milliseconds since 1970 of an ISO-8601 text; None if it is no moment or has no zone."""
    try:
        moment = datetime.fromisoformat(text)
        return (moment - _EPOCH) // _MS if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def to_text(ms: int) -> str:
    """`2026-11-21T03:55:08.123Z`."""
    moment = _EPOCH + timedelta(milliseconds=ms)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{ms % 1000:03d}Z"


def correct(
    made_at: str, mono_ms: int | None, run: str | None, anchors: Iterable[Anchor], received_ms: int
) -> Corrected:
    """The corrected time of an action.

    Args:
        made_at: device time, as the phone wrote it.
        mono_ms: the counting clock; None if the phone has none.
        run: in which it counts.
        anchors: what is known of this device's clocks.
        received_ms: when the server got it, milliseconds since 1970.
    """
    device_ms = to_ms(made_at)
    known = list(anchors)
    counted = [a for a in known if a.run == run] if mono_ms is not None else []
    if counted and mono_ms is not None:
        nearest = min(counted, key=lambda a: abs(a.mono_ms - mono_ms))
        found = _same_run(nearest, mono_ms, device_ms)
    elif known and device_ms is not None:
        nearest = min(known, key=lambda a: abs(a.device_ms - device_ms))
        found = _other_run(nearest, device_ms)
    else:
        return Corrected(received_ms, None, suspicious=True)
    if 0 <= found.at_ms <= received_ms:
        unlikely = received_ms - found.at_ms > LONG_AGO_MS
        return replace(found, suspicious=found.suspicious or unlikely)
    impossible = found.at_ms < 0 or found.at_ms - received_ms > WRONG_MS
    return Corrected(received_ms, found.uncertainty_ms, found.suspicious or impossible)


def _same_run(anchor: Anchor, mono_ms: int, device_ms: int | None) -> Corrected:
    counted = anchor.mono_ms - mono_ms
    if device_ms is None:
        return Corrected(anchor.server_ms - counted, TOLERANCE_MS, suspicious=True)
    shown = anchor.device_ms - device_ms
    # The phone's sleep lies between the two moments, whichever of them came first.
    slept = shown - counted if counted >= 0 else counted - shown
    if slept > TOLERANCE_MS:
        return Corrected(anchor.server_ms - shown, slept, suspicious=False)
    return Corrected(anchor.server_ms - counted, TOLERANCE_MS, slept < -TOLERANCE_MS)


def _other_run(anchor: Anchor, device_ms: int) -> Corrected:
    offset = anchor.server_ms - anchor.device_ms
    wrong = abs(offset) > WRONG_MS
    return Corrected(device_ms + offset, OTHER_RUN_MS + abs(offset), wrong)
