"""The customer's link, and the report on paper over HTTP."""

import base64
import io
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from PIL import Image

from server.core.ids import new_id
from server.signoff.altered import Difference
from server.signoff.evidence import name_of, report_key
from server.signoff.models import ReportLink
from server.signoff.verify import verify
from server.visits.rules import photo_key
from sync.canonical import hash_of
from tests.server.signoff import sample
from tests.server.signoff.test_seals import edit
from tests.support.app import App, Client, config_of
from tests.support.company import Company


@dataclass
class Shared:
    """A signed report with three photos (one of them still on the phone) and its link."""

    app: App
    company: Company
    report_id: str
    order_id: str
    content: dict[str, object]
    photos: list[bytes]
    token: str
    link_id: str


def with_place() -> bytes:
    """A photo that says where it was taken."""
    image, exif = Image.new("RGB", (400, 300), "gold"), Image.Exif()
    exif.get_ifd(0x8825)[2] = (39.0, 47.0, 12.0)
    exif[0x0110] = "Phone 14"
    target = io.BytesIO()
    image.save(target, "JPEG", exif=exif)
    return target.getvalue()


@pytest.fixture
def shared(company: Company, tmp_path: Path) -> Iterator[Shared]:
    app = App(config_of(company.database.url, tmp_path / "data"), company.clock)
    order_id = company.dispatched("ann")
    visit_id = company.visit("ann", order_id)
    photos = [sample.picture(), with_place()]
    content = sample.content()
    hashes = [sha256(photo).hexdigest() for photo in photos] + ["c" * 64]
    content["photos"] = [
        {"slot": "fault", "sha256": h, "caption": None, "taken_at": "2026-11-21T03:11:08.123Z"}
        for h in hashes
    ]
    for photo, digest in zip(photos, hashes, strict=False):
        app.services.blobs.put(photo_key(digest), photo)
        stored = {"sha256": digest, "bytes": len(photo), "media_type": "image/jpeg"}
        company.run_as_system("photo.stored", stored | {"width": 400, "height": 300})
    report = {"report_id": new_id(), "hash": hash_of(content)}
    shown = {"visit_id": visit_id, "round": 1, "provisional_number": "AB12-0007"}
    args = report | shown | {"order_id": order_id, "content": content}
    company.run("ann", "signoff.present", args, id=new_id(), journalled=True)
    company.sign("ann", order_id, report, rating=4)
    made = company.run("north_desk", "report.share", {"report_id": report["report_id"]}).value
    yield Shared(
        app, company, report["report_id"], order_id, content, photos, made["token"], made["id"]
    )
    app.close()


def test_a_customer_reads_exactly_what_was_sealed_and_who_signed_it(shared: Shared) -> None:
    answer = shared.app.client().get(f"links/{shared.token}")
    assert answer.status_code == 200
    assert answer.json["report"]["content"] == shared.content
    assert hash_of(answer.json["report"]["content"]) == answer.json["report"]["hash"]
    assert answer.json["signature"]["report_hash"] == answer.json["report"]["hash"]
    assert answer.json["signature"]["rating"] == 4
    assert answer.json["language"] == "zh-CN"


def test_nothing_from_inside_and_no_place_goes_out(shared: Shared) -> None:
    text = shared.app.client().get(f"links/{shared.token}").text
    for inside in ("lat_e7", "lng_e7", "strokes", "branch_id", shared.order_id, "password"):
        assert inside not in text


def test_an_unknown_token_tells_nothing_and_an_ended_one_that_it_ended(shared: Shared) -> None:
    client = shared.app.client()
    answers = [
        client.get(f"links/{token}") for token in ("x", "A" * 43, shared.token[:-1], "é" * 400)
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    shared.company.later(days=89)
    assert client.get(f"links/{shared.token}").status_code == 200
    shared.company.later(days=2)
    assert client.get(f"links/{shared.token}").json["code"] == "link_expired"


@pytest.mark.parametrize("path", ["", "/pdf", "/qr", "/photos/" + "c" * 64])
def test_a_revoked_link_opens_nothing_any_more(shared: Shared, path: str) -> None:
    shared.company.run("north_desk", "report.revoke_link", {"link_id": shared.link_id})
    assert shared.app.client().get(f"links/{shared.token}{path}").status_code == 410


def test_the_token_itself_is_nowhere_in_the_database(shared: Shared) -> None:
    [link] = shared.company.rows(ReportLink, id=shared.link_id)
    assert link.token_hash == sha256(shared.token.encode()).hexdigest()
    assert len(base64.urlsafe_b64decode(shared.token + "=")) == 32


def test_the_first_opening_is_written_down_once(shared: Shared) -> None:
    first = shared.company.later(minutes=5)
    shared.app.client().get(f"links/{shared.token}")
    shared.company.later(minutes=5)
    shared.app.client().get(f"links/{shared.token}")
    [link] = shared.company.rows(ReportLink, id=shared.link_id)
    assert link.opened_at.isoformat()[:16] == first[:16]


def test_a_photo_goes_out_without_its_place(shared: Shared) -> None:
    plain, placed = (
        shared.app.client().get(f"links/{shared.token}/photos/{sha256(photo).hexdigest()}")
        for photo in shared.photos
    )
    assert plain.data == shared.photos[0]
    assert "Onsite-Copy" not in plain.headers
    assert placed.headers["Onsite-Copy"]
    with Image.open(io.BytesIO(placed.data)) as image:
        assert not image.getexif()


def test_only_the_reports_own_photos_that_have_arrived_can_be_had(shared: Shared) -> None:
    client = shared.app.client()
    other = sample.picture(colour="red")
    digest = sha256(other).hexdigest()
    shared.app.services.blobs.put(photo_key(digest), other)
    for wanted in (digest, "c" * 64, "nonsense"):
        assert client.get(f"links/{shared.token}/photos/{wanted}").status_code == 404


def test_the_pdf_comes_in_the_customers_language_or_the_one_asked_for(shared: Shared) -> None:
    client = shared.app.client()
    pdf = client.get(f"links/{shared.token}/pdf")
    assert pdf.status_code == 200
    assert pdf.data.startswith(b"%PDF-")
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert "filename=SR-" in pdf.headers["Content-Disposition"]
    assert client.get(f"links/{shared.token}/pdf?language=en").data != pdf.data
    assert client.get(f"links/{shared.token}/pdf?language=fr").status_code == 422


def test_the_desk_prints_reports_of_its_branch_alone(shared: Shared) -> None:
    app = shared.app
    for login, branch in (("p.north", "north"), ("p.south", "south")):
        app.person(login, "dispatcher", branch_id=branch)
    assert app.log_in("p.north").get(f"reports/{shared.report_id}/pdf").data[:5] == b"%PDF-"
    assert app.log_in("p.south").get(f"reports/{shared.report_id}/pdf").status_code == 404
    assert app.client().get(f"reports/{shared.report_id}/pdf").status_code == 401


def test_the_code_on_the_paper_opens_the_report_on_every_print(shared: Shared) -> None:
    from server.signoff.links import printed_token

    shared.app.client().get(f"links/{shared.token}/pdf")
    shared.app.client().get(f"links/{shared.token}/pdf?language=en")
    token = printed_token(shared.app.config.secret(), shared.report_id)
    printed = shared.company.rows(ReportLink, purpose="verify_print")
    assert [link.report_id for link in printed] == [shared.report_id]
    shared.company.later(days=5 * 365)
    assert shared.app.client().get(f"links/{token}").status_code == 200


def test_the_code_for_a_phones_camera_is_a_picture(shared: Shared) -> None:
    answer = shared.app.client().get(f"links/{shared.token}/qr")
    assert answer.data.startswith(b"<svg")


def test_guessing_is_slowed_down(shared: Shared) -> None:
    client: Client = shared.app.client()
    codes = [client.get(f"links/{n:043d}").status_code for n in range(62)]
    assert codes[:60] == [404] * 60
    assert codes[60:] == [429, 429]
    assert client.get(f"links/{shared.token}").status_code == 200


def test_a_person_cannot_run_what_the_server_keeps_for_itself(shared: Shared) -> None:
    shared.app.person("p.north", "admin", branch_id="north")
    client = shared.app.log_in("p.north")
    assert client.command("report.open_link", link_id=shared.link_id).status_code == 404
    args = {"report_id": shared.report_id, "token_hash": "a" * 64}
    assert client.command("report.make_printed_link", **args).status_code == 404


def test_s11_a_photo_swapped_in_the_store_is_printed_by_nobody_and_named(shared: Shared) -> None:
    digest = sha256(shared.photos[0]).hexdigest()
    shared.app.services.blobs.delete(photo_key(digest))  # nothing is ever put over a file
    shared.app.services.blobs.put(photo_key(digest), sample.picture(colour="green"))
    pdf = shared.app.client().get(f"links/{shared.token}/pdf").data
    secret = shared.app.services.secret
    found = verify(pdf, [name_of(report_key(secret))])
    named = [photo["sha256"] for photo in found.evidence.paper.content["photos"]].index(digest)
    assert [one.field for one in found.differences] == [f"photos.{named}"]
    assert not found.genuine
    assert found.evidence.printed.photos[sha256(shared.photos[1]).hexdigest()]


def test_s11_a_report_edited_in_the_database_fails_on_paper_and_by_its_code_by_the_field(
    shared: Shared,
) -> None:
    known = [name_of(report_key(shared.app.services.secret))]
    client = shared.app.client()
    assert client.get(f"links/{shared.token}").json["altered"] == []
    parts = [dict(shared.content["parts"][0], price_fen=28050)]  # type: ignore[index]
    edited = {**shared.content, "parts": parts}
    edit(shared.company, {"report_id": shared.report_id}, content=edited)
    found = verify(client.get(f"links/{shared.token}/pdf?language=en").data, known)
    assert Difference("parts.0.price", "¥1,280.50", "¥280.50") in found.differences
    assert not found.genuine
    # By somebody who knows how: with its fingerprint, and of a shape that nobody ever sealed.
    for content in (edited, {**edited, "parts": "none"}):
        values = {"content": content, "hash": hash_of(content)}
        edit(shared.company, {"report_id": shared.report_id}, **values)
        assert client.get(f"links/{shared.token}").json["altered"][0].startswith("parts")
        again = verify(client.get(f"links/{shared.token}/pdf").data, known)
        assert any(one.field.startswith("parts") for one in again.differences)
