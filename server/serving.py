"""`onsite serve`: migrates, starts the web processes, says where the product is; and its kin."""

import argparse
import ctypes
import gc
import multiprocessing
import os
import signal
import socket
import ssl
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from granian import Granian
from granian.constants import Interfaces, SSLProtocols
from granian.log import LogLevels
from sqlalchemy import select

from server import VERSION
from server.access.api import setup_token
from server.access.queries import needs_admin
from server.app import create_app
from server.catalogue.upgrade import begin_checklists
from server.config import Config, ConfigError, misspelt
from server.core import failpoint, feed
from server.core.actor import SYSTEM
from server.core.clock import SystemClock
from server.core.commands import Call, unit_of_work
from server.core.console import in_words
from server.core.db import Database
from server.core.http.asked import Services
from server.core.migrate import upgrade_once
from server.core.network import lan_addresses
from server.core.stale import publish_stale
from server.demo.console import load_here, print_log_ins, with_demo
from server.field.upgrade import run_what_is_known_now
from server.messages.sender import Sender
from server.people.models import Person
from server.people.rules import login_of
from server.requests.watch import watch
from server.stopping import fork_without_handlers, wake_for_signals

# Of one web process. More than the cores could keep busy, because a phone that uploads over a bad
# line holds one while its bytes come. Each needs at most one database connection at a time.
THREADS: Final = 16
STOPPING_SECONDS: Final = 30  # a request in flight gets so long after SIGTERM
READY_SECONDS: Final = 120
_PR_SET_PDEATHSIG: Final = 1


def serve_flags(parser: argparse.ArgumentParser) -> None:
    """The flags of `onsite serve`."""
    parser.add_argument("--host", help="address to listen on; 0.0.0.0 for all")
    parser.add_argument("--port", help="port to listen on; 0 takes a free one")
    parser.add_argument("--workers", help="web processes")
    demo = parser.add_mutually_exclusive_group()
    demo.add_argument(
        "--demo", action="store_true", default=None, help="load the demo company if empty"
    )
    demo.add_argument("--no-demo", dest="demo", action="store_false", help="do not")


def serve(config: Config, _given: argparse.Namespace) -> int:
    """Serves until SIGTERM or Ctrl-C, then finishes the requests in flight."""
    _say_misspelt()
    config = prepare(config)
    say_when_ready(config, introduce)
    watch_clocks(config)
    run_workers(config)
    return 0


def load_demo_company(config: Config) -> None:
    """Loads the demo company; in this module, because it registers every room's commands."""
    load_here(config)


def prepare(config: Config) -> Config:
    """Makes everything that the web processes rely on; returns the settings with a real port.

    Raises:
        ConfigError: the port is taken, a folder or key cannot be used, or there is no such
            failpoint.
    """
    failpoint.wanted(os.environ)  # a wrong one is refused before anything is done
    _make_folder(config)
    port = _free_port(config)
    config.secret()
    bring_up_to_date(config)
    config = with_demo(config, load_demo_company)
    _run_what_waited_for_this_version(config)
    return replace(config, port=port)


def _make_folder(config: Config) -> None:
    try:
        config.data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError("ONSITE_DATA", str(config.data), f"{error.strerror}") from error


def _run_what_waited_for_this_version(config: Config) -> None:
    """Held work of phones that were newer than the server before it was upgraded; checklists."""
    database = Database(config.database_url, secret=config.secret)
    try:
        begin_checklists(database, SystemClock())
        done = run_what_is_known_now(database, SystemClock())
    finally:
        database.close()
    if done:
        words = (
            f"{done} 项待处理的现场工作随升级完成",
            f"{done} held pieces of work ran after the upgrade",
        )
        print(in_words(*words), flush=True)


def bring_up_to_date(config: Config) -> str:
    """Migrates the database, and publishes what the migrations say; its revision."""
    revision = upgrade_once(config.database_url, config.data)
    with closing(Database(config.database_url)) as database:
        publish_stale(database, SystemClock())
    return revision


def run_workers(
    config: Config,
    certificate: Path | None = None,
    key: Path | None = None,
    oldest_tls: SSLProtocols = SSLProtocols.tls13,
) -> None:
    """Starts the web processes and waits for their end.

    Args:
        config: with a real port.
        certificate, key: for HTTPS; both or none.
        oldest_tls: version that is still spoken.
    """
    server = Granian(
        "onsite",
        address=config.host,
        port=config.port,
        interface=Interfaces.WSGI,
        workers=config.workers,
        blocking_threads=THREADS,
        workers_kill_timeout=STOPPING_SECONDS,
        respawn_failed_workers=True,
        log_level=LogLevels.error,
        ssl_cert=certificate,
        ssl_key=key,
        ssl_protocol_min=oldest_tls,
    )
    fork_without_handlers()
    server.serve(target_loader=_Loader(config), wrap_loader=False)


class _Loader:
    """Builds the app inside a web process."""

    def __init__(self, config: Config) -> None:
        self._config = config

    def __call__(self) -> Any:
        end_with_parent()
        wake_for_signals()
        failpoint.arm(failpoint.wanted(os.environ))
        app = create_app(self._config)
        services: Services = app.extensions["onsite"]
        Sender(self._config, services.database, services.clock).start()
        gc.collect()
        gc.freeze()  # what the app is made of stays: no request waits while it is gone through
        return app


def end_with_parent() -> None:
    """If the main process is killed, what it started must not go on and hold its ports.

    By `SIGKILL`: a web process that is just starting has no handler of its own for another signal.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))
    parent = multiprocessing.parent_process()
    if parent is not None and not parent.is_alive():  # killed before the kernel was asked
        sys.exit(1)


def _free_port(config: Config) -> int:
    """The port to listen on; the web processes share it, so it must be nobody else's."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.host, config.port))
        except OSError as error:
            raise ConfigError("ONSITE_PORT", str(config.port), f"{error.strerror}") from error
        return int(probe.getsockname()[1])


def watch_clocks(config: Config) -> None:
    """Starts the process that notices missed clocks: promises run out while nobody asks."""
    multiprocessing.Process(target=_watch, args=(config,), daemon=True).start()


def _watch(config: Config) -> None:
    for stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop, signal.SIG_DFL if stop is signal.SIGTERM else signal.SIG_IGN)
    end_with_parent()
    watch(Database(config.database_url), SystemClock())


def say_when_ready(
    config: Config, introduce: Callable[[Config], None], context: ssl.SSLContext | None = None
) -> None:
    """Calls `introduce` once the server answers that it is ready, in a process of its own.

    A thread would be at work while the web processes are forked, and they would inherit whatever
    lock it holds at that moment, held for ever.
    """
    waiting = multiprocessing.Process(
        target=_wait_and_say, args=(config, introduce, context), daemon=True
    )
    waiting.start()


def _wait_and_say(
    config: Config, introduce: Callable[[Config], None], context: ssl.SSLContext | None
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the main process
    end_with_parent()
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        with suppress(OSError):
            urllib.request.urlopen(  # noqa: S310 - our own address
                f"{local_url(config, context)}/healthz", timeout=5, context=context
            ).close()
            introduce(config)
            return
        time.sleep(0.05)


def local_url(config: Config, context: ssl.SSLContext | None = None) -> str:
    """The server's address on this machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(config.host, config.host)  # noqa: S104
    host = f"[{host}]" if ":" in host and not host.startswith("[") else host
    return f"{'https' if context else 'http'}://{host}:{config.port}"


def introduce(config: Config) -> None:
    """Prints where the product is and how to get in."""
    print(f"\nOnsite 现场 {VERSION}")
    for url in _addresses(config):
        print(f"  {url}/")
    print_set_up_link(config)
    if config.demo:
        print_log_ins()
    print(in_words("  按 Ctrl-C 停止。", "  Ctrl-C stops it."), flush=True)


def _addresses(config: Config) -> list[str]:
    if config.public_url:
        return [config.public_url]
    found = [local_url(config)]
    if config.host in ("0.0.0.0", "::"):  # noqa: S104
        found += [f"http://{address}:{config.port}" for address in lan_addresses()]
    return [url for url in dict.fromkeys(found) if url]


def print_set_up_link(config: Config) -> bool:
    """Prints the one-time link to the first administrator, if there is none yet; whether so."""
    database = Database(config.database_url)
    try:
        with database.reading() as session:
            if not needs_admin(session):
                return False
            token = setup_token(config, feed.head(session)[1])
    finally:
        database.close()
    base = config.public_url or local_url(config)
    words = in_words(
        "还没有人能登录。请在此创建第一位管理员（仅一次）：",
        "Nobody can log in yet. Make the first administrator here, once:",
    )
    print(f"  {words}")
    print(f"  {base}/?setup={token}", flush=True)
    return True


def migrate(config: Config, _given: argparse.Namespace) -> int:
    """Brings the database to the newest schema."""
    config.data.mkdir(parents=True, exist_ok=True)
    revision = bring_up_to_date(config)
    print(in_words(f"数据库版本：{revision}", f"the database stands at {revision}"))
    return 0


def admin_flags(parser: argparse.ArgumentParser) -> None:
    """The flags of `onsite admin`."""
    parser.add_argument("--reset", metavar="LOGIN", help="print a one-time code for this log-in")


def admin(config: Config, given: argparse.Namespace) -> int:
    """Prints the set-up link of an empty installation; or helps somebody who is locked out."""
    if given.reset is not None:
        return _reset(config, login_of(given.reset))
    if not print_set_up_link(config):
        print(
            in_words(
                "已有人能登录。如有人无法登录：onsite admin --reset 账号",
                "There are people who can log in. For one who can't: onsite admin --reset LOGIN",
            )
        )
    return 0


def _reset(config: Config, login: str) -> int:
    database = Database(config.database_url)
    try:
        with unit_of_work(database, SystemClock()) as work:
            person_id = work.session.scalar(select(Person.id).where(Person.login == login))
            if person_id is None:
                words = in_words(f"没有账号 {login}", f"nobody logs in as {login}")
                print(f"onsite: {words}", file=sys.stderr)
                return 1
            made = work.execute(SYSTEM, Call("person.issue_reset", {"person_id": person_id})).value
    finally:
        database.close()
    code, until = made["code"], made["expires_at"]
    print(
        in_words(
            f"{login} 的一次性重置码：{code}（有效至 {until}）",
            f"One-time code for {login}: {code} (until {until})",
        )
    )
    return 0


def _say_misspelt() -> None:
    for variable, meant in misspelt(os.environ).items():
        words = in_words(
            f"没有 {variable} 这个设置；是不是 {meant}？",
            f"{variable} is no setting; did you mean {meant}?",
        )
        print(f"onsite: {words}", file=sys.stderr)
