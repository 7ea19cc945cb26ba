"""A company whose tables come out of a spreadsheet and go into one."""

import base64
from typing import Any

import pytest

from server.imports.sheets import csv_of
from tests.support.app import App, Client
from tests.support.company import Company

Json = dict[str, Any]


@pytest.fixture
def company(app: App) -> Company:
    company = app.company()
    for login, role, branch in (("boss", "admin", "head"), ("north_boss", "admin", "north")):
        card = {"person_id": login, "login": login, "name_zh": login, "roles": [role]}
        company.run_as_system("person.create", card | {"branch_id": branch})
    return company


def take(client: Client, table: str, rows: list[list[str]], **more: Any) -> Json:
    raw = more.pop("raw", None) or csv_of(rows)
    wish = {"table": table, "file_name": "x", "content": base64.b64encode(raw).decode(), **more}
    answer = client.command("table.import", **wish)
    assert answer.status_code == 200, answer.text
    return dict(answer.json["result"])
