"""Every setting of the server: flags win over environment variables, those over defaults.

`SETTINGS` is the one list of them; documentation and `onsite doctor` read it too.
"""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
CHECKOUT = PACKAGE.parent
SECRET_BYTES = 32
