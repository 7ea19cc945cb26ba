"""The ports that servers of the tests get."""

import socket

from tests.support.processes import free_ports


def test_a_servers_port_is_none_that_the_kernel_gives_to_a_caller() -> None:
    with socket.socket() as caller:
        caller.bind(("127.0.0.1", 0))
        assert max(free_ports(50)) < int(caller.getsockname()[1])
