"""Under which addresses other machines can reach this one."""

import socket


def lan_addresses() -> list[str]:
    """This machine's IPv4 addresses besides loopback; the one of the default route first."""
    found = [_of_default_route()]
    found += [str(info[4][0]) for info in _named() if info[0] == socket.AF_INET]
    return [a for a in dict.fromkeys(found) if a and not a.startswith("127.")]


def _of_default_route() -> str | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # for documentation only (RFC 5737); nothing is sent
        except OSError:
            return None
        return str(probe.getsockname()[0])


def _named() -> list[tuple[int, int, int, str, tuple[str, int]]]:
    try:
        return socket.getaddrinfo(socket.gethostname(), None)  # type: ignore[return-value]
    except OSError:
        return []
