"""`onsite serve-lan`: the product by HTTPS on a local network, and the page that leads there."""

import argparse
import multiprocessing
import signal
import ssl
from dataclasses import replace
from typing import Final

from granian.constants import SSLProtocols

from server import serving
from server.config import Config, ConfigError
from server.core.clock import SystemClock
from server.core.console import in_words
from server.core.network import lan_addresses
from server.lan.certificates import Files, fingerprint, prepare
from server.lan.install_page import InstallPage, code_for_console, page_server

HTTPS_PORT: Final = 8443
PAGE_PORT: Final = 8080


def flags(parser: argparse.ArgumentParser) -> None:
    """The flags of `onsite serve-lan`."""
    parser.add_argument("--address", help="of this machine on the network (default: found)")
    parser.add_argument("--port", help=f"of HTTPS (default {HTTPS_PORT})", default=str(HTTPS_PORT))
    parser.add_argument("--page-port", type=int, default=PAGE_PORT, help="of the install page")
    parser.add_argument("--workers", help="web processes")
    demo = parser.add_mutually_exclusive_group()
    demo.add_argument("--demo", action="store_true", default=None, help="load the demo company")
    demo.add_argument("--no-demo", dest="demo", action="store_false", help="do not")


def serve_lan(config: Config, given: argparse.Namespace) -> int:
    """Serves by HTTPS until SIGTERM or Ctrl-C."""
    addresses = [given.address] if given.address else lan_addresses()
    if not addresses:
        raise ConfigError("--address", "", "this machine has no address on a network; name one")
    config = replace(config, host="0.0.0.0")  # noqa: S104 - that is what it is for
    config = serving.prepare(config)
    files = prepare(config.data, addresses, SystemClock().now())
    url = f"https://{addresses[0]}:{config.port}"
    config = replace(config, public_url=config.public_url or url)
    page = InstallPage(files, url)
    page_url = f"http://{addresses[0]}:{given.page_port}/"
    _serve_page(page, given.page_port)
    serving.say_when_ready(config, _Introduction(page_url, files), _trusting(files))
    serving.watch_clocks(config)
    serving.run_workers(config, files.server, files.server_key, SSLProtocols.tls12)
    return 0


class _Introduction:
    """What is printed once the server is ready."""

    def __init__(self, page_url: str, files: Files) -> None:
        self._page_url = page_url
        self._files = files

    def __call__(self, config: Config) -> None:
        print(code_for_console(self._page_url))
        print(
            in_words(
                f"用手机扫码，或打开 {self._page_url}，按说明信任证书（每部手机一次）。",
                f"Scan this with a phone, or open {self._page_url}, and trust the certificate "
                "as it says, once on each phone.",
            )
        )
        print(f"SHA-256 {fingerprint(self._files)}")
        serving.introduce(config)


def _trusting(files: Files) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(files.ca))


def _serve_page(page: InstallPage, port: int) -> None:
    """In a process of its own, which ends with this one."""
    try:
        server = page_server("0.0.0.0", port, page)  # noqa: S104
    except OSError as error:
        raise ConfigError("--page-port", str(port), str(error.strerror)) from error

    def serve() -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        serving.end_with_parent()
        server.serve_forever()

    multiprocessing.get_context("fork").Process(target=serve, daemon=True).start()
    server.socket.close()  # the other process has it
