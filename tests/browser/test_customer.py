"""The customer opens the report through a link, on a device that nobody logged in on."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from server.core.blobs import Blobs
from server.core.clock import FixedClock
from server.core.db import Database
from server.core.ids import new_id
from server.visits.rules import photo_key
from sync.canonical import hash_of
from tests.support.browser import Browsers
from tests.support.company import Company
from tests.support.server import OnsiteServer

pytestmark = pytest.mark.browser

GPS = 0x8825
VECTORS = Path(__file__).parents[2] / "sync" / "vectors" / "report.json"


def picture(form: str, ink: str, **notes: Any) -> bytes:
    """A small picture that a browser can decode.

    Args:
        form: JPEG or PNG.
        ink: a colour's name.
        notes: what else the file shall carry, such as `exif`.
    """
    image = Image.new("RGBA" if form == "PNG" else "RGB", (320, 120), "white")
    ImageDraw.Draw(image).line([(20, 90), (90, 20), (150, 100), (300, 40)], fill=ink, width=6)
    out = BytesIO()
    image.save(out, form, **notes)
    return out.getvalue()


@dataclass
class Signed:
    """A server with one signed report of three photos: one as it is, one that tells of its place,
    one that has not arrived.

    Attributes:
        report_id: of the report.
        company: acts behind the server's back, in the same database.
    """

    server: OnsiteServer
    company: Company
    report_id: str

    def share(self, days: int = 30) -> dict[str, str]:
        """A link, as the dispatcher makes it; its id and token."""
        args = {"report_id": self.report_id, "days": days}
        link: dict[str, str] = self.company.run("chief", "report.share", args).value
        return link

    def address(self, link: dict[str, str]) -> str:
        return f"{self.server.url}/c/{link['token']}"


@pytest.fixture
def signed(sqlite_url: str, tmp_path: Path, start_server: Callable[..., OnsiteServer]) -> Signed:
    """A real server over a company with one signed report."""
    data = tmp_path / "server"
    database = Database(sqlite_url)
    company = Company(database, FixedClock(datetime.now(UTC))).build()
    place = Image.Exif()
    place[GPS] = {1: "N", 2: (30.0, 35.0, 0.0)}
    photos = [picture("JPEG", "navy"), picture("JPEG", "maroon", exif=place)]
    (data / "blobs").mkdir(parents=True)
    for photo in photos:
        store(company, Blobs((data / "blobs").as_uri()), photo)
    report_id = sign(company, sealed(photos))
    server = start_server(data=data, database_url=sqlite_url)
    return Signed(server, company, report_id)


def store(company: Company, blobs: Blobs, photo: bytes) -> None:
    """A photo's file, as it stands when its upload is complete."""
    digest = sha256(photo).hexdigest()
    blobs.put(photo_key(digest), photo)
    facts = {"bytes": len(photo), "media_type": "image/jpeg", "width": 320, "height": 120}
    company.run_as_system("photo.stored", {"sha256": digest, **facts})


def sealed(photos: list[bytes]) -> dict[str, Any]:
    """The content of a report as the phone composes it, with these as its first photos."""
    content: dict[str, Any] = json.loads(VECTORS.read_text("utf-8"))["cases"][0]["content"]
    for line, photo in zip(content["photos"], photos, strict=False):
        line["sha256"] = sha256(photo).hexdigest()
    return content


def sign(company: Company, content: dict[str, Any]) -> str:
    """A technician presents it and the customer signs; the report's id."""
    order = company.dispatched()
    report = {"report_id": new_id(), "hash": hash_of(content)}
    args = {**report, "order_id": order, "visit_id": company.visit("ann", order), "round": 1}
    args |= {"provisional_number": "T01-0001", "content": content}
    company.run("ann", "signoff.present", args, id=new_id(), journalled=True)
    drawn = base64.b64encode(picture("PNG", "black")).decode()
    given = {
        "signature_id": new_id(), "report_id": report["report_id"], "order_id": order,
        "report_hash": report["hash"], "method": "finger", "signer_name": "王主任",
        "image": f"data:image/png;base64,{drawn}", "strokes": [[1, 2, 3]], "rating": 5,
    }  # fmt: skip
    company.run("ann", "signoff.sign", given, id=new_id(), journalled=True)
    return report["report_id"]


def flaws(page: Page) -> list[str]:
    """What axe finds on the page."""
    return [found["id"] for found in Axe().run(page).response["violations"]]


@pytest.mark.parametrize(
    ("language", "found", "unit"),
    [
        (
            "zh-CN",
            ("您看到的就是签字时的内容", "照片已核对 1 / 3 张", "有 1 张是去除了位置信息的副本"),
            "挖掘机",
        ),
        (
            "en",
            ("what you see is what was signed", "1 of 3 photos checked", "taken out: 1"),
            "Excavator",
        ),
    ],
    ids=["chinese", "english"],
)
def test_the_customer_reads_what_was_signed_on_another_device(
    signed: Signed, browsers: Browsers, language: str, found: tuple[str, ...], unit: str
) -> None:
    page = browsers.phone(language=language).page
    page.add_init_script(f"localStorage.setItem('onsite.language', '{language}')")
    page.goto(signed.address(signed.share()))
    for words in found:
        expect(page.get_by_role("status")).to_contain_text(words)
    expect(page.get_by_role("article")).to_contain_text(unit)
    expect(page.get_by_role("img", name="王主任")).to_be_visible()
    expect(page.locator("figure img")).to_have_count(2)
    for photo in page.locator("figure img").all():
        expect(photo).to_have_js_property("naturalWidth", 320)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert flaws(page) == []


def test_the_customer_takes_the_report_home_as_pdf(signed: Signed, browsers: Browsers) -> None:
    page = browsers.phone().page
    page.goto(signed.address(signed.share()))
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")


def test_a_link_that_was_withdrawn_says_so_and_shows_nothing(
    signed: Signed, browsers: Browsers
) -> None:
    link = signed.share()
    page = browsers.phone().page
    page.goto(signed.address(link))
    expect(page.get_by_role("article")).to_be_visible()
    signed.company.run("chief", "report.revoke_link", {"link_id": link["id"]})
    page.reload()
    expect(page.get_by_text("此链接已失效")).to_be_visible()
    expect(page.get_by_role("article")).to_have_count(0)
    assert flaws(page) == []


def test_a_link_that_has_expired_says_so(signed: Signed, browsers: Browsers) -> None:
    signed.company.clock.moment -= timedelta(days=3)
    link = signed.share(days=1)
    page = browsers.phone(language="en").page
    page.goto(signed.address(link))
    expect(page.get_by_text("This link no longer works")).to_be_visible()


def test_a_link_that_never_was_says_so(signed: Signed, browsers: Browsers) -> None:
    page = browsers.phone(language="en").page
    page.goto(f"{signed.server.url}/c/nothing")
    expect(page.get_by_text("There is no report here")).to_be_visible()


def test_without_the_server_the_page_says_so_and_opens_when_it_is_back(
    signed: Signed, browsers: Browsers
) -> None:
    address = signed.address(signed.share())
    page = browsers.phone(language="en").page
    page.add_init_script("localStorage.setItem('onsite.language', 'en')")
    page.route("**/api/v1/links/**", lambda route: route.abort())
    page.goto(address)
    expect(page.get_by_text("can't be opened just now")).to_be_visible()
    page.unroute("**/api/v1/links/**")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("article")).to_contain_text("Excavator")
