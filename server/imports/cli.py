"""`onsite import orders FILE`: the console's side of imports."""

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final, TextIO
from zoneinfo import ZoneInfo

from tqdm import tqdm

from server.config import Config
from server.core.actor import SYSTEM
from server.core.catalogue import ERRORS
from server.core.clock import Clock, SystemClock, day_of
from server.core.db import Database
from server.core.errors import Problem
from server.core.i18n import LANGUAGES, Language, choose, message
from server.imports.mapping import OrderMapping, load, shipped
from server.imports.orders import count_there, known, set_aside, write
from server.imports.reading import Reading, read_orders

SHOWN: Final = 50  # troubles printed one by one; all of them are counted
DONE, WRONG = 0, 1
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "read": ("读取 {n} 行", "{n} rows read"),
    "unit": ("  设备 {unit}：{n} 行", "  unit {unit}: {n} rows"),
    "mapped": ("故障代码：{n} 行（{share}）", "fault codes: {n} rows ({share})"),
    "not_here": (
        "  目录中没有故障代码 {code}：{n} 行只保留原文",
        "  the catalogue has no fault code {code}: {n} rows keep their text alone",
    ),
    "trouble": (
        "第 {line} 行 {column}：{number} {words}：{value}",
        "line {line} {column}: {number} {words}: {value}",
    ),
    "more": ("……另有 {n} 处", "… and {n} more"),
    "dry": (
        "试运行，未写入：新增 {added} 行，已有 {there} 行，有问题 {bad} 行",
        "dry run, nothing written: {added} new, {there} already there, {bad} with problems",
    ),
    "nothing": (
        "未写入任何内容。改正后重试，或用 --continue 把有问题的行放到一边",
        "nothing was written. Correct the file, or set those rows aside with --continue",
    ),
    "aside": ("{n} 行有问题，已放入 {file}", "{n} rows with problems are in {file}"),
    "done": ("新增 {added} 行，已有 {there} 行", "{added} rows added, {there} were already there"),
    "file": ("{number} {words}：{file}{line} {why}", "{number} {words}: {file}{line} {why}"),
    "columns": ("  缺少列：{names}", "  missing: {names}"),
    "exists": ("{file} 已存在，请用 --aside 另指文件", "{file} exists; name another with --aside"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `onsite import`."""
    kinds = parser.add_subparsers(dest="what", required=True)
    orders = kinds.add_parser("orders", help="old work orders into the units' history")
    orders.add_argument("file", type=Path)
    orders.add_argument("--mapping", type=Path, help="which column means what (JSON)")
    orders.add_argument("--dry-run", action="store_true", help="check and report, write nothing")
    orders.add_argument(
        "--continue",
        dest="go_on",
        action="store_true",
        help="write the good rows, set the others aside in a file",
    )
    orders.add_argument("--aside", type=Path, help="where to (default: FILE.aside.csv)")
    orders.add_argument("--language", choices=LANGUAGES, help="of the report")
    # As of every program; left alone where it stands before `orders`.
    orders.add_argument(
        "--data", metavar="DIR", default=argparse.SUPPRESS, help="folder of the database"
    )


def run_import(config: Config, given: argparse.Namespace) -> int:
    """`onsite import …` with the installation's settings."""
    database = Database(config.database_url)
    try:
        return run(given, database, SystemClock(), config.timezone)
    finally:
        database.close()


def run(
    args: argparse.Namespace,
    database: Database,
    clock: Clock,
    zone: ZoneInfo,
    out: TextIO | None = None,
) -> int:
    """Carries out `onsite import orders`.

    Args:
        args: as `add_arguments` declares them.
        zone: the company's; a row of tomorrow is a mistake.
        out: where to report; standard output by default.

    Returns:
        0 if all that should be written was, else 1.
    """
    console = Console(args.language or choose(_locale()), out or sys.stdout)
    try:
        mapping = load(args.mapping or shipped("excavators"))
        with database.reading() as session:
            there = known(session)
        reading = read_orders(args.file, mapping, there, day_of(clock.now(), zone))
    except Problem as problem:
        console.problem(problem, args.file)
        return WRONG
    console.summary(reading)
    if args.dry_run:
        with database.reading() as session:
            console.dry(reading, count_there(session, reading))
        return WRONG if reading.troubles else DONE
    return _import(args, database, clock, mapping, reading, console)


def _import(
    args: argparse.Namespace,
    database: Database,
    clock: Clock,
    mapping: OrderMapping,
    reading: Reading,
    console: "Console",
) -> int:
    if reading.troubles and not args.go_on:
        console.say("nothing")
        return WRONG
    aside = args.aside or args.file.with_name(args.file.name + ".aside.csv")
    if reading.aside and aside.exists():
        console.say("exists", file=aside)
        return WRONG
    quiet = not console.out.isatty()
    with tqdm(total=len(reading.rows), unit="", file=console.out, disable=quiet) as bar:
        outcome = write(
            database, clock, SYSTEM, reading, args.file.name, bar.update,
            all_or_nothing=not args.go_on,
        )  # fmt: skip
    console.say("done", added=outcome.added, there=outcome.there)
    if reading.aside:
        set_aside(aside, reading, mapping)
        console.say("aside", n=len(reading.aside), file=aside)
    return DONE


def _locale() -> str:
    """The console's language as a tag; a console without one gets English."""
    found = os.environ.get("LC_ALL") or os.environ.get("LANG") or "C"
    tag = found.split(".")[0].replace("_", "-")
    return "en" if tag in ("C", "POSIX") else tag


class Console:
    """Says what happened, in one language."""

    def __init__(self, language: Language, out: TextIO) -> None:
        self.language = language
        self.out = out

    def say(self, key: str, **values: object) -> None:
        zh, en = _WORDS[key]
        print((zh if self.language == "zh-CN" else en).format(**values), file=self.out)

    def problem(self, problem: Problem, file: Path) -> None:
        """A file or a mapping that cannot be read at all."""
        details = problem.details
        line = f":{details['line']}" if "line" in details else ""
        self.say(
            "file",
            number=problem.number,
            words=message(problem.code, self.language),
            file=details.get("file", file),
            line=line,
            why=details.get("why", ""),
        )
        if problem.fields:
            self.say("columns", names=", ".join(problem.fields))

    def summary(self, reading: Reading) -> None:
        self.say("read", n=reading.total)
        for unit, n in sorted(reading.per_unit.items()):
            self.say("unit", unit=unit, n=n)
        share = f"{reading.mapped / len(reading.rows):.0%}" if reading.rows else "0%"
        self.say("mapped", n=reading.mapped, share=share)
        for code, n in sorted(reading.not_here.items()):
            self.say("not_here", code=code, n=n)
        self._troubles(reading)

    def dry(self, reading: Reading, there: int) -> None:
        new = len(reading.rows) - there
        self.say("dry", added=new, there=there, bad=len(reading.aside))

    def _troubles(self, reading: Reading) -> None:
        for trouble in reading.troubles[:SHOWN]:
            self.say(
                "trouble",
                line=trouble.line,
                column=trouble.column,
                number=ERRORS[trouble.code]["number"],
                words=message(trouble.code, self.language),
                value=repr(trouble.value),
            )
        if len(reading.troubles) > SHOWN:
            self.say("more", n=len(reading.troubles) - SHOWN)
