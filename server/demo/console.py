"""The demo company from the console's side: loaded at the first start, its log-ins printed."""

import argparse
import multiprocessing
from collections.abc import Callable
from dataclasses import replace

from server.config import Config
from server.core.blobs import Blobs
from server.core.clock import SystemClock
from server.core.db import Database
from server.core.migrate import upgrade_once
from server.demo.company import password_of
from server.demo.load import is_empty, load_demo
from server.demo.reset import Reset, is_demo
from server.demo.stage import log_ins


def with_demo(config: Config, load: Callable[[Config], None]) -> Config:
    """Loads the demo company into an empty database, if the settings say so.

    In a process of its own: the web processes are forked from this one, and the blob store's
    threads do not survive a fork; a store that was used before it hangs after it.

    Args:
        config: the settings; the database is migrated.
        load: a function of a module that registers every room's commands; it calls `load_here`.

    Returns:
        the settings; `demo` is off where the company is a real one.

    Raises:
        RuntimeError: the company could not be loaded; that process has said why.
    """
    if not config.demo:
        return config
    database = Database(config.database_url)
    try:
        if is_empty(database):
            loader = multiprocessing.get_context("spawn").Process(target=load, args=(config,))
            loader.start()
            loader.join()
            if loader.exitcode != 0:
                raise RuntimeError("the demo company could not be loaded")
        with database.reading() as session:
            return replace(config, demo=is_demo(session))
    finally:
        database.close()


def load_here(config: Config) -> None:
    """Loads the demo company in this process."""
    database = Database(config.database_url, secret=config.secret)
    try:
        load_demo(database, Blobs(config.blobs_url), SystemClock(), config.timezone)
    finally:
        database.close()


def print_log_ins() -> None:
    """One log-in per role."""
    print("  Demo company 演示数据; one log-in per role 每个角色一个账号:")
    for member in log_ins():
        role = member.roles[0]
        print(f"    {role:<18} {member.login:<14} {password_of(member):<20} {member.name_zh}")


def demo_flags(parser: argparse.ArgumentParser) -> None:
    """The flags of `onsite demo`."""
    parser.add_argument("--reset", action="store_true", help="put it back as on the first day")


def demo(config: Config, given: argparse.Namespace) -> int:
    """Loads the demo company into an empty database, or puts it back; prints the log-ins."""
    config.data.mkdir(parents=True, exist_ok=True)
    upgrade_once(config.database_url, config.data)
    load_here(config)
    database = Database(config.database_url, secret=config.secret)
    with database.reading() as session:
        ours = is_demo(session)
    if not ours:
        database.close()
        print("This installation has a real company; the demo company stays away from it.")
        return 1
    if given.reset:
        Reset(database, Blobs(config.blobs_url), SystemClock(), config.timezone).carry_out()
    database.close()
    print_log_ins()
    return 0
