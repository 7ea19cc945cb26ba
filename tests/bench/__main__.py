"""`python3 -m tests.bench`: makes the environment, measures, prints ratios.

Standard library only: it makes the environment first.
"""

import subprocess
import sys

from server import bootstrap
from server.bootstrap import Places

if __name__ == "__main__":
    places = Places.of()
    bootstrap.prepare_or_exit(places, ("runtime", "tests"))
    command = [str(places.python), "-m", "tests.bench.run", *sys.argv[1:]]
    sys.exit(subprocess.run(command, cwd=places.root, check=False).returncode)
