"""`python3 -m server`: from a fresh checkout to the running product in one command."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - an older Python is told so, not shown a traceback
    sys.exit("Onsite needs Python 3.11 or newer; this is {}.{}.".format(*sys.version_info))

from server import bootstrap

if __name__ == "__main__":
    bootstrap.start_server(sys.argv[1:])
