"""Every documented operation, asked as everybody with whatever its schema allows and a bit more."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from server.core.permissions import ROLES
from tests.support.app import App

EXAMPLES = 6  # of each operation; inventing one costs more than asking it
ASKED_BY = 3  # people in turn, so that everybody asks every operation
NOBODY = "nobody"
# Its body is bytes, which the document cannot invent; tests/server/field/test_tus.py has it.
LEFT_OUT = {(method, "/api/v1/uploads/{upload_id}") for method in ("patch", "post")}
# Bytes stand as they are; as a PDF they are mostly none.
schemathesis.serializer.alias("application/pdf", "application/octet-stream")


@dataclass
class Askers:
    """One person of each role, and somebody who is not logged in; whose turn it is.

    Attributes:
        asked: how often each has asked the operation whose turn it is.
    """

    app: App
    names: list[str] = field(
        default_factory=lambda: [NOBODY, *(f"as_{role}" for role in sorted(ROLES))]
    )
    asked: Counter[str] = field(default_factory=Counter)
    _tokens: dict[str, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for role in ROLES:
            belongs = "provider_id" if role == "provider_manager" else "branch_id"
            where = {"provider_id": "prov", "branch_id": "north"}[belongs]
            name = f"as_{role}"
            person = {"person_id": name, "login": name, "name_zh": role, "roles": [role]}
            self.app.run("person.create", **person, **{belongs: where})

    def next(self) -> list[str]:
        """Those who ask now: whoever has asked least."""
        chosen = sorted(self.names, key=lambda name: self.asked[name])[:ASKED_BY]
        self.asked.update(chosen)
        return chosen

    def ask(self, name: str, case: Any) -> Any:
        """The server's answer; once more if an earlier question had ended this one's session."""
        answer = self._call(name, case)
        if answer.status_code == 401 and name != NOBODY:
            self._tokens.pop(name)
            answer = self._call(name, case)
        return answer

    def _call(self, name: str, case: Any) -> Any:
        if name not in self._tokens:
            self._tokens[name] = None if name == NOBODY else self.app.enter(name).token
        token = self._tokens[name]
        others = {k: v for k, v in (case.headers or {}).items() if k != "Authorization"}
        case.headers = others if token is None else {**others, "Authorization": f"Bearer {token}"}
        return case.call()


def test_no_operation_fails_or_answers_anybody_what_its_document_does_not_say(
    app: App,
) -> None:
    company = app.company()
    company.visit("ann", company.dispatched())
    document = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app.flask)
    askers = Askers(app)
    wrong: dict[tuple[str, str, str, int], str] = {}
    for result in document.get_all_operations():
        operation: Any = result.ok()  # type: ignore[union-attr]
        if (operation.method.lower(), operation.path) not in LEFT_OUT:
            wrong |= undocumented(askers, operation)
    assert wrong == {}


def undocumented(askers: Askers, operation: Any) -> dict[tuple[str, str, str, int], str]:
    """Answers that the document doesn't know, of requests that fit the operation's schema."""
    found: dict[tuple[str, str, str, int], str] = {}
    known = operation.definition.raw["responses"]
    askers.asked.clear()

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        for name in askers.next():
            answer = askers.ask(name, case)
            if answer.status_code >= 500 or str(answer.status_code) not in known:
                key = (name, operation.method, operation.path, answer.status_code)
                found[key] = f"{case.body!r} {case.query!r} → {answer.content[:300]!r}"

    ask()
    assert askers.asked, f"{operation.method} {operation.path} was never asked"
    return found
