"""Whoever holds a printed report checks it on the customer's page, without a log-in."""

import io
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.office import Office
from tests.support.browser import Browsers
from tests.support.server import OnsiteServer

pytestmark = pytest.mark.browser

StartServer = Callable[..., OnsiteServer]
SAID = {
    "zh-CN": ("真实：与签发时完全一致。", "与签发时不一致", "照片 · 1", "4232"),
    "en": ("Genuine: exactly as it was sealed.", "Not as it was sealed", "Photo · 1", "4232"),
}


def printed(office: Office) -> bytes:
    """The demo's signed report as the desk prints it."""
    for order in office.get("orders", status="closed", size="50")["items"]:
        for report in office.get(f"orders/{order['id']}")["reports"]:
            if report["status"] == "signed" and report["content"]["photos"]:
                answer = office.session.get(f"{office.url}/api/v1/reports/{report['id']}/pdf")
                return answer.content
    raise AssertionError("the demo has a signed report with photos")


def with_another_photo(pdf: bytes) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    images = [image for page in writer.pages for image in page.images]
    first = next(i for i in images if i.name.endswith("jpg"))
    first.replace(Image.new("RGB", (320, 240), "purple"), quality=80)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def without_evidence(pdf: bytes) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    writer.add_metadata({"/Keywords": ""})
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def choose(page: Page, name: str, pdf: bytes) -> None:
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/pdf", "buffer": pdf}
    )


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_true_paper_is_told_from_an_altered_one_and_from_none(
    language: str, start_server: StartServer, browsers: Browsers, tmp_path: Path
) -> None:
    server = start_server(demo=True)
    pdf = printed(Office.of(server.url, "head", "demo-head"))
    genuine, altered, photo, number = SAID[language]
    page = browsers.phone(language=language).page
    page.goto(f"{server.url}/c/")
    page.locator("a[href$='/verify']").click()
    choose(page, "report.pdf", pdf)
    expect(page.get_by_role("status")).to_contain_text(genuine)
    choose(page, "copy.pdf", with_another_photo(pdf))
    expect(page.get_by_role("alert")).to_contain_text(altered)
    expect(page.locator("dt").first).to_have_text(photo)
    choose(page, "saved-anew.pdf", without_evidence(pdf))
    expect(page.get_by_role("alert")).to_contain_text(number)
