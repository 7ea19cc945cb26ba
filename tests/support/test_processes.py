"""The ports that servers of the tests get."""

import socket
from pathlib import Path

import pytest

from tests.support.processes import free_ports

GIVEN = Path("/proc/sys/net/ipv4/ip_local_port_range")  # what Linux gives to callers


@pytest.mark.skipif(
    int(GIVEN.read_text().split()[0]) < 32_000, reason="here callers get ports of every size"
)
def test_a_servers_port_is_none_that_the_kernel_gives_to_a_caller() -> None:
    with socket.socket() as caller:
        caller.bind(("127.0.0.1", 0))
        assert max(free_ports(50)) < int(caller.getsockname()[1])
