"""`onsite`: the programs of an installation. `onsite --help` lists them.

Settings come from the environment (`ONSITE_…`); the flags of a program win over them.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Final

from server import doctor, serving
from server.config import Config, ConfigError, load
from server.core.errors import Problem
from server.demo import console as demo
from server.imports import cli as imports
from server.lan import serving as lan

Run = Callable[[Config, argparse.Namespace], int]


@dataclass(frozen=True)
class Program:
    """One subcommand.

    Attributes:
        name: as it is typed.
        about: one line for `--help`.
        run: gets the settings and the flags; returns the exit status.
        flags: adds the flags of its own; those named like a setting replace it.
    """

    name: str
    about: str
    run: Run
    flags: Callable[[argparse.ArgumentParser], None] | None = None


PROGRAMS: Final = (
    Program("serve", "serve the whole product", serving.serve, serving.serve_flags),
    Program("serve-lan", "serve by HTTPS on a local network", lan.serve_lan, lan.flags),
    Program("migrate", "bring the database to the newest schema", serving.migrate),
    Program(
        "admin", "print the set-up link, or reset a log-in", serving.admin, serving.admin_flags
    ),
    Program("doctor", "say what is wrong and what to do", doctor.doctor, doctor.flags),
    Program("demo", "load the demo company, or put it back", demo.demo, demo.demo_flags),
    Program("import", "read what another system knows", imports.run_import, imports.add_arguments),
)


def main(arguments: list[str] | None = None) -> int:
    """Runs the program that the command line names; returns the exit status."""
    given = _parser().parse_args(arguments)
    program: Program = given.program
    try:
        return program.run(load(_settings(given)), given)
    except ConfigError as error:
        print(f"onsite: {error}", file=sys.stderr)
    except Problem as problem:
        print(f"onsite: {problem}", file=sys.stderr)
    return 2


def _settings(given: argparse.Namespace) -> dict[str, object]:
    names = {setting.name for setting in fields(Config)}
    return {name: value for name, value in vars(given).items() if name in names}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="onsite", description=(__doc__ or "").splitlines()[0])
    programs = parser.add_subparsers(metavar="PROGRAM", required=True)
    for program in PROGRAMS:
        one = programs.add_parser(program.name, help=program.about, description=program.about)
        one.add_argument("--data", metavar="DIR", help="folder for database, photos and key")
        if program.flags is not None:
            program.flags(one)
        one.set_defaults(program=program)
    return parser


if __name__ == "__main__":
    sys.exit(main())
