"""`python3 -m tests.bench`: makes the environment, measures the server, prints ratios.

`python3 -m tests.bench phone` measures the technician's app in a real browser.
`python3 -m tests.bench waiting` measures it with 200 photos that wait for a network.
`python3 -m tests.bench start` measures how soon the product is there.
`python3 -m tests.bench desk` measures the desk with 60 technicians and 600 orders.
`python3 -m tests.bench company` measures 100 technicians and 10 dispatchers on PostgreSQL.

Standard library only: it makes the environment first.
"""

import subprocess
import sys

from server import bootstrap
from server.bootstrap import Places

KINDS = ("phone", "waiting", "start", "desk", "company")

if __name__ == "__main__":
    places = Places.of()
    bootstrap.prepare_or_exit(places, ("runtime", "tests"))
    what = sys.argv[1] if len(sys.argv) == 2 and sys.argv[1] in KINDS else "run"
    command = [str(places.python), "-m", f"tests.bench.{what}"]
    sys.exit(subprocess.run(command, cwd=places.root, check=False).returncode)
