"""Makes what the product needs on a fresh machine: Python packages, Node, the built app.

Standard library only, because it runs before any package is installed. Every step leaves a
stamp with the hash of what it was made from, so a second start only compares hashes. A file
lock keeps two starts at the same moment from writing into the same folders.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST_NODE = (20, 19)  # what the app's build tool asks for
LOG_LINES_SHOWN = 12  # at the begin and at the end of a log


class BootstrapError(Exception):
    """Something is missing that only the person at this machine can add; says what."""


@dataclass(frozen=True)
class Places:
    """Where everything lies, for one checkout.

    `home` holds the Python environment, the logs and the lock; the app's packages and build
    stay in `pwa/`, where their tools look for them.
    """

    root: Path
    home: Path

    @classmethod
    def of(cls, root: Path = ROOT) -> "Places":
        """The places of the checkout at `root`; ONSITE_ENV_DIR moves the environment."""
        chosen = os.environ.get("ONSITE_ENV_DIR")
        return cls(root=root, home=Path(chosen).resolve() if chosen else root / ".onsite")

    @property
    def venv(self) -> Path:
        return self.home / "venv"

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def pwa(self) -> Path:
        return self.root / "pwa"

    def lock_file(self, name: str) -> Path:
        return self.root / "requirements" / f"{name}.txt"

    def log(self, name: str) -> Path:
        return self.home / "logs" / f"{name}.log"


def start_server(arguments: list[str]) -> None:
    """Prepares this checkout, then becomes `onsite serve` with the same arguments."""
    places = Places.of()
    prepare_or_exit(places, ("runtime",))
    os.environ.setdefault("ONSITE_DEMO", "1")
    command = [str(places.python), "-m", "server.cli", "serve", *arguments]
    sys.stdout.flush()
    os.execv(command[0], command)  # noqa: S606 - our own interpreter, no shell


def prepare_or_exit(places: Places, requirements: tuple[str, ...]) -> None:
    """`prepare`, with a failure told in plain words and exit status 1."""
    try:
        prepare(places, requirements)
    except BootstrapError as error:
        sys.exit(f"Onsite cannot start here: {error}")
    except KeyboardInterrupt:
        sys.exit("stopped")


def prepare(places: Places, requirements: tuple[str, ...]) -> None:
    """Brings Python packages, Node packages and the built app up to date.

    Args:
        requirements: the lock files to install, by name: "runtime", "tests".

    Raises:
        BootstrapError: a step failed; the message says what to do or shows the log's end.
    """
    if is_ready(places, requirements):
        return
    places.home.mkdir(parents=True, exist_ok=True)
    with only_one_at_a_time(places.home / "bootstrap.lock"):
        started = time.monotonic()
        _prepare_alone(places, requirements)
        say(f"everything is in place after {time.monotonic() - started:.0f} s")


def is_ready(places: Places, requirements: tuple[str, ...]) -> bool:
    """Whether every step's stamp still fits what it would be made from."""
    return packages_are_installed(places, requirements) and (
        not has_app(places) or (app_packages_are_installed(places) and app_is_built(places))
    )


def _prepare_alone(places: Places, requirements: tuple[str, ...]) -> None:
    if find_node() is None and has_app(places):
        # Node itself comes as a Python package then, so the two can't run side by side.
        requirements = (*requirements, "node")
        install_packages(places, requirements)
        build_app(places)
    else:
        in_parallel(
            lambda: install_packages(places, requirements),
            lambda: build_app(places),
        )


# --- Python packages -------------------------------------------------------------------------


def packages_are_installed(places: Places, requirements: tuple[str, ...]) -> bool:
    wanted = _package_hashes(places, requirements).items()
    return places.python.exists() and wanted <= _read_stamp(_package_stamp(places)).items()


def install_packages(places: Places, requirements: tuple[str, ...]) -> None:
    """Makes the environment where there is none and installs the hash-pinned packages."""
    if packages_are_installed(places, requirements):
        return
    with step("installing Python packages"):
        pip = _environment_with_pip(places)
        # First what builds a package from source, pinned too: no unpinned build environment.
        for group in (("build",), requirements):
            _pip_install(places, pip, group)
        installed = _read_stamp(_package_stamp(places))
        installed |= _package_hashes(places, requirements)
        _package_stamp(places).write_text(json.dumps(installed))


def _pip_install(places: Places, pip: list[str], requirements: Iterable[str]) -> None:
    files = [part for name in requirements for part in ("-r", str(places.lock_file(name)))]
    options = ["--require-hashes", "--no-build-isolation", "--no-compile"]
    quiet = ["--disable-pip-version-check", "--no-input"]
    run([*pip, "install", *quiet, *options, *files], places.log("pip"), places.root)


def _environment_with_pip(places: Places) -> list[str]:
    """The pip command of the environment, which is made anew if it is missing or broken."""
    inside = [str(places.python), "-m", "pip"]
    if _same_python(places) and _works(*inside, "--version"):
        return inside
    shutil.rmtree(places.venv, ignore_errors=True)
    for make in (_make_with_venv, _make_with_virtualenv):
        if make(places) and _works(*inside, "--version"):
            return inside
    return _make_without_pip(places)


def _same_python(places: Places) -> bool:
    stamp = _read_stamp(_package_stamp(places))
    return not stamp or stamp.get("python") == _python_version()


def _make_with_venv(places: Places) -> bool:
    return _works(sys.executable, "-m", "venv", str(places.venv))


def _make_with_virtualenv(places: Places) -> bool:
    return _works(sys.executable, "-m", "virtualenv", "--quiet", str(places.venv))


def _make_without_pip(places: Places) -> list[str]:
    """Debian splits off `ensurepip` (package python3-venv); the system's pip can stand in."""
    shutil.rmtree(places.venv, ignore_errors=True)
    outside = [sys.executable, "-m", "pip", "--python", str(places.python)]
    made = _works(sys.executable, "-m", "venv", "--without-pip", str(places.venv))
    if made and _works(*outside, "--version"):
        return outside
    shutil.rmtree(places.venv, ignore_errors=True)
    version = _python_version()
    raise BootstrapError(
        f"Python {version} has neither venv nor pip. Install them and start again, "
        "on Debian or Ubuntu: apt-get install python3-venv"
    )


def _package_hashes(places: Places, requirements: Iterable[str]) -> dict[str, str]:
    hashes = {name: hash_of([places.lock_file(name)]) for name in requirements}
    return {"python": _python_version(), **hashes}


def _package_stamp(places: Places) -> Path:
    return places.venv / "onsite-packages.json"


def _python_version() -> str:
    return "{}.{}".format(*sys.version_info)


# --- Node, the app's packages and its build --------------------------------------------------


def has_app(places: Places) -> bool:
    """Whether this checkout carries the app's source (an installed package carries its build)."""
    return (places.pwa / "package.json").exists()


def find_node(search: str | None = None) -> Path | None:
    """The folder of a Node that is new enough and has npm beside it, else None.

    Args:
        search: folders to look in, as in PATH (default: PATH).
    """
    node = shutil.which("node", path=search)
    if node is None or shutil.which("npm", path=search) is None:
        return None
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)\.(\d+)", told)
    if version is None or (int(version[1]), int(version[2])) < OLDEST_NODE:
        return None
    return Path(node).parent


def node_environment(places: Places) -> dict[str, str]:
    """The environment to run `npm` in; Node comes from PATH, or from the Python package."""
    folder = find_node() or places.venv / "bin"
    return {**os.environ, "PATH": os.pathsep.join([str(folder), os.environ.get("PATH", "")])}


def build_app(places: Places) -> None:
    """Installs the app's packages as locked and builds it, where either is out of date."""
    if not has_app(places):
        return
    if not app_packages_are_installed(places):
        with step("installing the app's packages"):
            _npm(places, "ci")
            _app_packages_stamp(places).write_text(_app_packages_hash(places))
    if not app_is_built(places):
        with step("building the app"):
            made_from = _app_hash(places)
            _npm(places, "run", "build")
            _app_stamp(places).write_text(made_from)


def _npm(places: Places, *arguments: str) -> None:
    options = ["--no-audit", "--no-fund", "--loglevel=error"]
    command = ["npm", *arguments, *options]
    run(command, places.log(f"npm-{arguments[-1]}"), places.pwa, node_environment(places))


def app_packages_are_installed(places: Places) -> bool:
    # A linked node_modules belongs to whoever linked it; `npm ci` would empty it.
    if (places.pwa / "node_modules").is_symlink():
        return True
    return _text(_app_packages_stamp(places)) == _app_packages_hash(places)


def app_is_built(places: Places) -> bool:
    return _text(_app_stamp(places)) == _app_hash(places)


def _app_packages_hash(places: Places) -> str:
    return hash_of([places.pwa / "package-lock.json"])


def _app_hash(places: Places) -> str:
    """Of all that the build reads: the app's own files and the tables it shares with `sync`."""
    made = {"node_modules", "dist", "tests", "coverage"}
    tops = [top for top in places.pwa.iterdir() if top.name not in made]
    tables = places.root / "sync"
    return hash_of([*_files(tops), *sorted(tables.rglob("*.json"))])


def _files(tops: Iterable[Path]) -> Iterator[Path]:
    for top in sorted(tops):
        if top.is_dir():
            yield from sorted(path for path in top.rglob("*") if path.is_file())
        else:
            yield top


def _app_packages_stamp(places: Places) -> Path:
    return places.pwa / "node_modules" / ".onsite-stamp"


def _app_stamp(places: Places) -> Path:
    # Inside the build: emptying or remaking it by hand takes the stamp along.
    return places.pwa / "dist" / ".onsite-stamp"


# --- small tools -----------------------------------------------------------------------------


def hash_of(files: Iterable[Path]) -> str:
    """SHA-256 over the names and contents of `files`; a missing file counts as empty."""
    total = hashlib.sha256()
    for path in files:
        content = path.read_bytes() if path.exists() else b""
        total.update(f"{path.name}:{len(content)}:".encode())
        total.update(content)
    return total.hexdigest()


def say(words: str) -> None:
    print(f"  {words}", flush=True)


@contextmanager
def step(what: str) -> Iterator[None]:
    """Tells that `what` begins, and how many seconds it took."""
    say(f"{what} …")
    started = time.monotonic()
    yield
    say(f"{what}: done, {time.monotonic() - started:.0f} s")


def run(command: list[str], log: Path, folder: Path, env: dict[str, str] | None = None) -> None:
    """Runs one command with its output in `log`.

    Raises:
        BootstrapError: it failed; carries the begin and end of its log.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        done = subprocess.run(
            command, cwd=folder, env=env, stdout=output, stderr=output,
            stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
    if done.returncode:
        shown = shortened(log.read_text(errors="replace").splitlines())
        lines = [f"`{' '.join(command[:4])} …` failed.", *shown, f"(all of it: {log})"]
        raise BootstrapError("\n".join(lines))


def shortened(lines: list[str]) -> list[str]:
    """Begin and end of a long output: npm names the reason first, pip last."""
    if len(lines) <= 2 * LOG_LINES_SHOWN:
        return lines
    return [*lines[:LOG_LINES_SHOWN], "[…]", *lines[-LOG_LINES_SHOWN:]]


@contextmanager
def only_one_at_a_time(lock: Path) -> Iterator[None]:
    """Waits until no other start on this machine prepares the same environment."""
    with lock.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another start is preparing this environment; waiting for it …")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield  # the lock goes with the file handle, even if this process is killed


def in_parallel(*jobs: Callable[[], None]) -> None:
    """Runs all jobs at once, waits for all of them, then raises the first failure."""
    failures: list[BaseException] = []

    def attempt(job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as failure:  # noqa: BLE001 - handed to the waiting thread below
            failures.append(failure)

    threads = [threading.Thread(target=attempt, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def _works(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _read_stamp(path: Path) -> dict[str, str]:
    try:
        stamp: dict[str, str] = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return stamp


def _text(path: Path) -> str:
    return path.read_text() if path.exists() else ""
