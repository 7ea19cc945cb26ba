"""How soon the product is there, and how long an operator waits for it.

`python3 -m tests.bench start`. The floor of a start is an interpreter that imports the frameworks
and nothing of ours; the rest is told in seconds, because nothing else does the same work.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from server.signoff.evidence import report_key
from server.signoff.paper import Paper, Signed
from server.signoff.pdf import render
from tests.bench.run import Line, show
from tests.server.signoff import sample
from tests.support.orders_file import orders_file
from tests.support.server import ROOT, OnsiteServer

RUNS = 5
FRAMEWORKS = "import flask, granian, marshmallow, sqlalchemy.orm"
KEY = report_key(b"a secret of this bench")
NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
SIGNED_AT = "2026-11-21T18:20:11.000Z"


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def line(name: str, ours: float, aim: float, floor: float | None = None) -> Line:
    """One measured time, in seconds, beside its aim."""
    beside = f"{floor:.2f} s" if floor else "-"
    ratio = ours / (floor or aim)
    return Line(name, f"{ours:.2f} s", beside, ratio, f"≤ {aim:g} s", ours <= aim)


def starts(folder: Path) -> None:
    """The first start with the demo company, starts after it, and how soon it has stopped."""
    server = OnsiteServer(data=folder / "server", demo=True)
    show(line("first start with the demo company", seconds(server.start), 8))
    show(line("stop", seconds(server.terminate), 1))
    bare = partial(subprocess.run, [sys.executable, "-c", FRAMEWORKS], check=True)
    again, floor = [], []
    for _ in range(RUNS):
        floor.append(seconds(bare))
        again.append(seconds(server.start))
        server.terminate()
    show(line("start again", statistics.median(again), 1, statistics.median(floor)))


def history(folder: Path) -> None:
    """`onsite import orders` of the 5,485 real orders."""
    onsite = [sys.executable, "-m", "server.cli"]
    command = [*onsite, "import", "orders", str(orders_file(folder)), "--data", folder / "server"]
    work = partial(subprocess.run, command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    show(line("import of 5,485 orders", seconds(work), 30))


def paper() -> None:
    """A service report with two photos and a signature, as the PDF that a customer gets.

    Its processor time too: that says the same on a machine that does other work besides.
    """
    page = Paper(
        content=sample.content_2(),
        fingerprint="9f" * 32,
        status="signed",
        number="SR-2026-000017",
        provisional_number="P7K-000012",
        round=1,
        photos=dict.fromkeys(sample.PHOTOS, sample.picture()),
        signature=Signed(sample.signature(), "周建国", "机电主管", SIGNED_AT, 5, "及时。"),
        verify_url="https://service.example.cn/c/abc",
        zone=ZoneInfo("Asia/Shanghai"),
    )
    render(page, "zh-CN", NOW, KEY)  # the fonts are read once a process
    times, worked = [], []
    for _ in range(RUNS):
        before = time.process_time()
        times.append(seconds(lambda: render(page, "zh-CN", NOW, KEY)))
        worked.append(time.process_time() - before)
    show(line("report as PDF, after warm-up", statistics.median(times), 0.1))
    show(line("its processor time", statistics.median(worked), 0.1))


def main() -> int:
    """Measures and prints."""
    print(f"     {'':<36} {'ours':>12} {'floor':>12} {'ratio':>7}  aim")
    with tempfile.TemporaryDirectory(prefix="onsite-bench-") as made:
        folder = Path(made)
        starts(folder)
        history(folder)
        paper()
    return 0


if __name__ == "__main__":
    sys.exit(main())
