"""`onsite`: the programs of an installation. `onsite --help` lists them.

Settings come from the environment (`ONSITE_…`); the flags of a program win over them.
"""

import argparse
import gc
import importlib
import sys
from dataclasses import dataclass, fields
from typing import Final

from sqlalchemy.exc import OperationalError

from server.config import Config, ConfigError, load
from server.core.errors import Problem


@dataclass(frozen=True)
class Program:
    """One subcommand; only the one that runs is imported, because a start should be quick.

    Attributes:
        name: as it is typed.
        about: one line for `--help`.
        module: where it is.
        run: its function: gets the settings and the flags; returns the exit status.
        flags: its function that adds flags; those named like a setting replace it.
    """

    name: str
    about: str
    module: str
    run: str
    flags: str | None = None


PROGRAMS: Final = (
    Program("serve", "serve the whole product", "server.serving", "serve", "serve_flags"),
    Program(
        "serve-lan", "serve by HTTPS on a local network", "server.lan.serving", "serve_lan", "flags"
    ),
    Program("migrate", "bring the database to the newest schema", "server.serving", "migrate"),
    Program("admin", "let the first administrator in", "server.serving", "admin", "admin_flags"),
    Program(
        "backup",
        "save database and photos while the server runs",
        "server.backup.console",
        "run_backup",
        "backup_flags",
    ),
    Program(
        "restore",
        "put a backup in place of what is there",
        "server.backup.console",
        "run_restore",
        "restore_flags",
    ),
    Program(
        "verify",
        "check a printed report",
        "server.signoff.console",
        "run_verify",
        "verify_flags",
    ),
    Program("doctor", "say what is wrong and what to do", "server.doctor", "doctor", "flags"),
    Program(
        "demo", "load the demo company, or put it back", "server.demo.console", "demo", "demo_flags"
    ),
    Program(
        "import",
        "read what another system knows",
        "server.imports.cli",
        "run_import",
        "add_arguments",
    ),
)


def main(arguments: list[str] | None = None) -> int:
    """Runs the program that the command line names; returns the exit status."""
    words = sys.argv[1:] if arguments is None else arguments
    _load_rooms()
    given = parser(words).parse_args(words)
    program: Program = given.program
    run = getattr(importlib.import_module(program.module), program.run)
    try:
        return int(run(load(_settings(given)), given))
    except ConfigError as error:
        print(f"onsite: {error}", file=sys.stderr)
    except Problem as problem:
        print(f"onsite: {problem}", file=sys.stderr)
    except OperationalError as error:  # its first line; the address has a password in it
        told = str(error.orig).partition("\n")[0]
        print(f"onsite: ONSITE_DATABASE_URL: {told}", file=sys.stderr)
    return 2


def _load_rooms() -> None:
    """Registers every room's commands and records.

    What is loaded stays. So garbage is not looked for meanwhile, which takes a fifth of the time,
    nor among these things later.
    """
    gc.disable()
    import server.app  # noqa: F401 -- for what it registers

    gc.freeze()
    gc.enable()


def _settings(given: argparse.Namespace) -> dict[str, object]:
    names = {setting.name for setting in fields(Config)}
    return {name: value for name, value in vars(given).items() if name in names}


def parser(words: list[str]) -> argparse.ArgumentParser:
    """Reads the command line; only the flags of the program it names are known."""
    made = argparse.ArgumentParser(prog="onsite", description=(__doc__ or "").splitlines()[0])
    programs = made.add_subparsers(metavar="PROGRAM", required=True)
    for program in PROGRAMS:
        one = programs.add_parser(program.name, help=program.about, description=program.about)
        one.add_argument("--data", metavar="DIR", help="folder for database, photos and key")
        if program.flags is not None and program.name in words:
            getattr(importlib.import_module(program.module), program.flags)(one)
        one.set_defaults(program=program)
    return made


if __name__ == "__main__":
    sys.exit(main())
