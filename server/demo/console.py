"""The demo company from the console's side: loaded at the first start, its log-ins printed."""

import argparse
from dataclasses import replace

from server.config import Config
from server.core.blobs import Blobs
from server.core.clock import SystemClock
from server.core.db import Database
from server.core.migrate import upgrade_once
from server.demo.company import password_of
from server.demo.load import load_demo
from server.demo.reset import Reset, is_demo
from server.demo.stage import log_ins


def with_demo(config: Config) -> Config:
    """Loads the demo company into an empty database, if the settings say so.

    Returns:
        the settings; `demo` is off where the company is a real one.
    """
    if not config.demo:
        return config
    database = Database(config.database_url)
    try:
        load_demo(database, Blobs(config.blobs_url), SystemClock(), config.timezone)
        with database.reading() as session:
            return replace(config, demo=is_demo(session))
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
    config = with_demo(replace(config, demo=True))
    if not config.demo:
        print("This installation has a real company; the demo company stays away from it.")
        return 1
    if given.reset:
        database = Database(config.database_url)
        Reset(database, Blobs(config.blobs_url), SystemClock(), config.timezone).carry_out()
        database.close()
    print_log_ins()
    return 0
