"""What the office can see, asked over HTTP: the server's own word on what has arrived."""

from dataclasses import dataclass
from typing import Any

import requests

TIMEOUT = 20  # seconds
Json = dict[str, Any]


@dataclass
class Office:
    """Somebody at a desk, logged in.

    Attributes:
        url: of the server.
        session: carries the cookie.
    """

    url: str
    session: requests.Session

    @classmethod
    def of(cls, url: str, login: str, password: str) -> "Office":
        office = cls(url, requests.Session())
        office.post("sessions", {"login": login, "password": password})
        return office

    def get(self, path: str, **query: str) -> Json:
        answer = self.session.get(f"{self.url}/api/v1/{path}", params=query, timeout=TIMEOUT)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    def bytes(self, path: str) -> bytes:
        answer = self.session.get(f"{self.url}/api/v1/{path}", timeout=TIMEOUT)
        assert answer.status_code == 200, answer.text
        return answer.content

    def post(self, path: str, body: Json) -> Json:
        answer = self.session.post(f"{self.url}/api/v1/{path}", json=body, timeout=TIMEOUT)
        assert answer.status_code in (200, 201), answer.text
        made: Json = answer.json()
        return made

    def orders_of(self, technician: str, *statuses: str) -> list[Json]:
        """Orders of a person by the login's person id, in the order of their numbers."""
        query = {"technician": technician, "status": ",".join(statuses), "size": "200"}
        return sorted(self.get("orders", **query)["items"], key=lambda order: str(order["number"]))
