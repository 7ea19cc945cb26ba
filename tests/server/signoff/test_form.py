"""A report of another inner form, from a modified app: kept for a person, and never a failure."""

import copy
import io
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pypdf
import pytest
from sqlalchemy import delete, update

from server.core.errors import Hold, Problem
from server.core.ids import new_id
from server.signoff.evidence import Printed, pack, report_key
from server.signoff.form import wrong_form
from server.signoff.models import Report, Seal
from server.signoff.paper import Paper, page_of
from server.signoff.verify import verify
from sync.canonical import hash_of
from tests.server.signoff import sample
from tests.support.app import App, config_of
from tests.support.company import Company

Json = dict[str, Any]
FOREIGN: Json = {"parts": 5, "photos": "all", "visit": [1]}
NEVER = ("2026-02-30", "2026-02-30T00:00:00.000Z", "9999-12-31T23:59:59.000Z")
ALIEN: tuple[Any, ...] = (
    *NEVER,
    5,
    -5,
    10**14,
    "x",
    [],
    {},
    True,
    [5],
    [None],
    {"a": 1},
    [{"a": 1}],
)


@pytest.fixture
def app(company: Company, tmp_path: Any) -> Iterator[App]:
    made = App(config_of(company.database.url, tmp_path / "data"), company.clock)
    yield made
    made.close()


def shown(company: Company, content: Any) -> Json:
    """What a phone sends to present this content."""
    order_id = company.dispatched("ann")
    here = {"order_id": order_id, "visit_id": company.visit("ann", order_id)}
    sealed = {"content": content, "hash": hash_of(content)}
    return {"report_id": new_id(), "round": 1, "provisional_number": "T-1", **here, **sealed}


def test_it_is_kept_for_a_person_to_look_at_and_becomes_no_report(company: Company) -> None:
    with pytest.raises(Hold, match="held_report_form"):
        company.run("ann", "signoff.present", shown(company, FOREIGN), id=new_id(), journalled=True)
    assert company.rows(Report) == []


def test_one_that_was_taken_in_before_is_a_catalogued_error_on_paper_and_to_the_customer(
    company: Company, app: App
) -> None:
    args = shown(company, sample.content_3())
    args |= {"outcome": "parts_pending"}
    company.run("ann", "signoff.present", args, id=new_id(), journalled=True)
    report_id = {"report_id": args["report_id"]}
    token = company.run("north_desk", "report.share", report_id).value["token"]
    with company.database.engine.begin() as connection:
        connection.execute(delete(Seal))
        connection.execute(update(Report).values(content=FOREIGN))
    app.person("reader", "dispatcher", branch_id="north")
    client, desk = app.client(), app.log_in("reader")
    answers = [client.get(f"links/{token}{path}") for path in ("", "/pdf", f"/photos/{'a' * 64}")]
    answers.append(desk.get(f"reports/{args['report_id']}/pdf"))
    told = [(answer.status_code, answer.json["code"]) for answer in answers]
    unreadable = (422, "report_unreadable")
    assert told == [unreadable, unreadable, (404, "not_found"), unreadable]  # its file never came
    page = desk.get(f"orders/{args['order_id']}")
    assert page.status_code == 200


def paper_of(content: Any) -> Paper:
    return Paper(
        content=content, fingerprint="f" * 64, status="presented", number=None,
        provisional_number="T-1", round=1, photos={}, signature=None,
        verify_url="https://x.example/c/t", zone=ZoneInfo("Asia/Shanghai"),
    )  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    names = (
        value if isinstance(value, dict) else range(len(value) if isinstance(value, list) else 0)
    )
    for name in names:
        yield from places(value[name], (*path, name))


def changed(content: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    whole = copy.deepcopy(content)
    at = whole
    for name in path[:-1]:
        at = at[name]
    at[path[-1]] = value
    return whole


def test_whatever_stands_anywhere_is_told_as_foreign_or_can_be_printed() -> None:
    content = sample.content_3()
    for path in places(content):
        for alien in (*ALIEN, None):
            other = changed(content, path, alien)
            if not wrong_form(other):
                page_of(paper_of(other), "en")


def test_a_forged_paper_whose_evidence_is_no_report_carries_no_evidence(company: Company) -> None:
    key = report_key(b"somebody else")
    word = pack(paper_of(FOREIGN), Printed({}), "en", company.clock.now(), key)
    pdf = pypdf.PdfWriter()
    pdf.add_blank_page(300, 300)
    pdf.add_metadata({"/Keywords": word})
    file = io.BytesIO()
    pdf.write(file)
    with pytest.raises(Problem, match="no_evidence"):
        verify(file.getvalue(), [])
