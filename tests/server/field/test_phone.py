"""The phone's own code against the real server: both sides of the protocol in one day."""

import subprocess
from collections.abc import Callable

from server import bootstrap
from server.people.passwords import hash_password
from tests.support.company import Company
from tests.support.server import ROOT, OnsiteServer

PASSWORD = "a-long-enough-password"


def _with_log_in(company: Company, person: str) -> None:
    args = {"person_id": person, "password_hash": hash_password(PASSWORD)}
    company.run_as_system("person.set_password", args)


def test_the_phones_own_code_does_a_whole_visit_against_the_real_server(
    company: Company, start_server: Callable[..., OnsiteServer]
) -> None:
    company.dispatched("ann")
    _with_log_in(company, "ann")
    server = start_server(database_url=company.database.url)
    places = bootstrap.Places.of(ROOT)
    environ = {
        **bootstrap.node_environment(places),
        "ONSITE_URL": server.url,
        "ONSITE_LOGIN": "ann",
        "ONSITE_PASSWORD": PASSWORD,
    }
    told = subprocess.run(
        ["npm", "test", "--silent", "--", "tests/contract"],
        cwd=places.pwa, env=environ, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout + told.stderr
    assert "4 passed" in told.stdout
