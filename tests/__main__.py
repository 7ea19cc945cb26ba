"""`python3 -m tests`: from a fresh checkout to every linter and every test, in one command.

    python3 -m tests            all of it
    python3 -m tests --fast     without browsers
    python3 -m tests -k phone   pytest alone, with these arguments

Linters and type checkers come first and their failures are listed before the tests begin, so
that the last lines are pytest's own. Standard library only: it makes the environment first.
"""

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from server import bootstrap
from server.bootstrap import Places

SYSTEM_PACKAGES = (
    *("chromium", "firefox-esr", "fonts-noto-cjk", "poppler-utils"),
    *("webkit2gtk-driver", "xvfb", "xauth", "dbus", "nginx-light"),
)
PROGRAMS = (
    *("firefox-esr", "pdftotext", "WebKitWebDriver", "xvfb-run", "xauth", "dbus-run-session"),
    "nginx",
)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
NOT_FAST = "not browser"


@dataclass(frozen=True)
class Stage:
    """One check: what it is called, and the command whose exit status decides."""

    name: str
    command: list[str]
    folder: Path
    environ: dict[str, str]


def main(arguments: list[str]) -> int:
    """Runs what was asked for; 0 when all of it passed."""
    fast = "--fast" in arguments
    chosen = [argument for argument in arguments if argument != "--fast"]
    places = Places.of()
    bootstrap.prepare_or_exit(places, ("runtime", "tests"))
    if not fast:
        install_programs()
    failed = [] if chosen else run_linters(linters(places))
    tested = run_pytest(places, chosen, fast)
    return 1 if failed else tested


def linters(places: Places) -> list[Stage]:
    """All checks that need no running part: Python's, then the app's."""
    ours = dict(os.environ)
    python = [str(places.python), "-m"]
    code = ("server", "sync", "migrations", "tests")
    python_stages = [
        ("ruff check", [*python, "ruff", "check", "."]),
        ("ruff format", [*python, "ruff", "format", "--check", "."]),
        ("mypy", [*python, "mypy", *code]),
        ("import-linter", [str(places.python.parent / "lint-imports"), "--no-logo"]),
    ]
    node = bootstrap.node_environment(places)
    app_stages = [
        ("app: eslint", ["npm", "run", "--silent", "lint"]),
        ("app: types", ["npm", "run", "--silent", "typecheck"]),
        ("app: doors", ["npm", "run", "--silent", "depcruise"]),
        ("app: tests", ["npm", "test", "--silent"]),
    ]
    return [
        *(Stage(name, command, places.root, ours) for name, command in python_stages),
        *(Stage(name, command, places.pwa, node) for name, command in app_stages),
    ]


def run_linters(stages: list[Stage]) -> list[str]:
    """Runs every stage, even after a failure; returns the names of those that failed.

    All but the app's tests, which measure nothing but wait for screens, run two at a time.
    """
    *checks, tests = stages
    with ThreadPoolExecutor(2) as pool:
        done = [*pool.map(passes, checks), passes(tests)]
    failed = [stage.name for stage, passed in zip(stages, done, strict=True) if not passed]
    if failed:
        print(f"\n===== FAILED before the tests: {', '.join(failed)} =====", flush=True)
    else:
        print(f"\n===== all {len(stages)} checks before the tests passed =====", flush=True)
    return failed


def passes(stage: Stage) -> bool:
    """Runs one stage; tells what it said under a heading that a person can find again."""
    started = time.monotonic()
    done = subprocess.run(
        stage.command, cwd=stage.folder, env=stage.environ, check=False, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    end = f"{'FAILED' if done.returncode else 'passed'}, {time.monotonic() - started:.1f} s"
    print(f"\n===== {stage.name} =====\n{done.stdout}----- {stage.name}: {end}", flush=True)
    return done.returncode == 0


def run_pytest(places: Places, chosen: list[str], fast: bool) -> int:
    """All tests on both cores, browsers last; or just the chosen ones."""
    # Ungrouped tests are dealt out first; the groups of conftest.py come at the end.
    everything = ["-n", "2", "--dist", "loadgroup", "--no-loadscope-reorder", "--durations=20"]
    marks = ["-m", NOT_FAST] if fast else []
    print("\n===== pytest =====", flush=True)
    command = [str(places.python), "-m", "pytest", *marks, *(chosen or everything)]
    environ = dict(os.environ)
    # The tests start some hundred processes; none should compile again what is installed.
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    return subprocess.run(command, cwd=places.root, env=environ, check=False).returncode


def install_programs() -> None:
    """Browsers, a Chinese font, a reader of PDFs and a proxy: by apt where that is allowed."""
    if any(map(shutil.which, BROWSERS)) and all(map(shutil.which, PROGRAMS)) and has_chinese_font():
        return
    update, install = ["apt-get", "update"], ["apt-get", "install", "-y", *SYSTEM_PACKAGES]
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(
            f"The tests need {', '.join(SYSTEM_PACKAGES)}. Install them and start "
            f"again: sudo {' '.join(install)} (or leave the browsers out: --fast)"
        )
    with bootstrap.step("installing browsers, Chinese fonts, a reader of PDFs and a proxy"):
        # In single-user mode no package starts a service: the tests start their own.
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        home = Places.of().home
        for name, command in (("apt-update", update), ("apt-install", install)):
            log = home / "logs" / f"{name}.log"
            bootstrap.run(command, log, Path("/"), quiet)


def has_chinese_font() -> bool:
    """Whether text in Chinese would be drawn with real glyphs."""
    if not shutil.which("fc-list"):
        return False
    found = subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True, check=False)
    return bool(found.stdout.strip())


if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036 - an older Python is told so
        sys.exit("Onsite needs Python 3.11 or newer.")
    try:
        sys.exit(main(sys.argv[1:]))
    except bootstrap.BootstrapError as error:
        sys.exit(str(error))
