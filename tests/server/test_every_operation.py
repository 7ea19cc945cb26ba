"""Every documented operation, asked with whatever its schema allows and a little more."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from tests.support.app import App

EXAMPLES = 6  # of each operation
# Its body is bytes, which the document cannot invent; tests/server/field/test_tus.py has it.
LEFT_OUT = {("patch", "/api/v1/uploads/{upload_id}")}
# Bytes stand as they are; as a PDF they are mostly none.
schemathesis.serializer.alias("application/pdf", "application/octet-stream")


@pytest.mark.parametrize("person_id", ["dispatcher", "ann"])
def test_no_operation_fails_or_answers_what_its_document_does_not_say(
    sqlite_app: App, person_id: str
) -> None:
    company = sqlite_app.company()
    company.visit("ann", company.dispatched())
    document = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", sqlite_app.flask)
    wrong: dict[tuple[str, str, int], str] = {}
    asked = 0
    for result in document.get_all_operations():
        operation: Any = result.ok()  # type: ignore[union-attr]
        if (operation.method, operation.path) not in LEFT_OUT:
            for key, answer in answers(sqlite_app, operation, person_id):
                asked += 1
                if key[2] >= 500 or str(key[2]) not in operation.definition.raw["responses"]:
                    wrong[key] = answer
    assert wrong == {}
    assert asked > 300


def answers(app: App, operation: Any, person_id: str) -> list[tuple[tuple[str, str, int], str]]:
    """What the server said to some requests that fit the operation's schema."""
    found = []

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        token = app.enter(person_id).token  # anew, because some operations end it
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {token}"}
        answer = case.call()
        key = (operation.method, operation.path, answer.status_code)
        found.append((key, f"{case.body!r} {case.query!r} → {answer.content[:300]!r}"))

    ask()
    return found
