"""Photos handed out, and to whom."""

import pytest

from tests.server.field.test_tus import add_photo, begin, send
from tests.support.app import App, Client
from tests.support.company import Company
from tests.support.pictures import hash_of, picture

DATA = picture()
HASH = hash_of(DATA)


@pytest.fixture
def company(app: App) -> Company:
    """Ann of the north has sent one photo of her visit."""
    company = app.known_company()
    order_id = company.dispatched()
    add_photo(company, order_id, company.visit("ann", order_id), DATA)
    ann = app.enter("ann")
    send(ann, begin(ann, DATA).headers["Location"], 0, DATA)
    return company


def ask(app: App, who: str, **headers: str) -> tuple[int, bytes]:
    answer = app.enter(who).get(f"photos/{HASH}", headers=headers)
    return answer.status_code, answer.data


@pytest.mark.usefixtures("company")
class TestScope:
    @pytest.mark.parametrize("who", ["ann", "north_desk", "dispatcher", "chief"])
    def test_the_technician_the_branch_and_the_head_office_see_it(self, app: App, who: str) -> None:
        assert ask(app, who) == (200, DATA)

    @pytest.mark.parametrize("who", ["ben", "sam", "south_desk", "prov_boss", "pat"])
    def test_nobody_else_does(self, app: App, who: str) -> None:
        assert ask(app, who)[0] == 404


def test_it_is_kept_by_the_browser_and_asked_for_by_its_hash(app: App, company: Company) -> None:
    ann: Client = app.enter("ann")
    answer = ann.get(f"photos/{HASH}")
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "private" in answer.headers["Cache-Control"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    again = ann.get(f"photos/{HASH}", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_parts_of_it_can_be_asked_for(app: App, company: Company) -> None:
    assert ask(app, "ann", Range="bytes=100-199") == (206, DATA[100:200])
    assert ask(app, "ann", Range="bytes=-50") == (206, DATA[-50:])
    answer = app.enter("ann").get(f"photos/{HASH}", headers={"Range": "bytes=9999999-"})
    assert (answer.status_code, answer.json["code"]) == (416, "range")


def test_a_photo_whose_file_has_not_come_is_not_found(app: App, company: Company) -> None:
    other = picture()
    order_id = company.dispatched()
    add_photo(company, order_id, company.visit("ann", order_id), other)
    assert app.enter("ann").get(f"photos/{hash_of(other)}").status_code == 404


def test_a_picture_of_a_phone_is_shown_as_jpeg_where_asked(app: App) -> None:
    company, data = app.known_company(), picture(64, 48, "HEIF")
    order_id = company.dispatched()
    add_photo(company, order_id, company.visit("ann", order_id), data)
    ann = app.enter("ann")
    send(ann, begin(ann, data).headers["Location"], 0, data)
    assert ann.get(f"photos/{hash_of(data)}").headers["Content-Type"] == "image/heic"
    shown = ann.get(f"photos/{hash_of(data)}?form=jpeg")
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert shown.data.startswith(b"\xff\xd8")
