"""A printed report checked without the server: true, altered, foreign, none at all."""

import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pypdf
import pytest
from PIL import Image

from server.core.catalogue import TABLES
from server.core.errors import Problem
from server.signoff.altered import Difference
from server.signoff.evidence import Printed, name_of, pack, report_key
from server.signoff.paper import DeviceSeal, Link, Paper, page_of
from server.signoff.pdf import render
from server.signoff.speech import PRINTER
from server.signoff.verify import verify
from sync.canonical import canonical, hash_of
from sync.statements import statement
from tests.server.signoff import sample
from tests.server.signoff.test_pdf import paper
from tests.support.devices import new_key

KEY = report_key(b"this installation")
OTHER = report_key(b"another installation")
NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
PHOTOS = {sample.PHOTOS[0]: sample.picture(), sample.PHOTOS[1]: sample.picture(colour="red")}


def report(**changes: object) -> Paper:
    content = sample.content()
    return paper(content=content, fingerprint=hash_of(content), photos=PHOTOS, **changes)


def keywords(pdf: bytes) -> str:
    metadata = pypdf.PdfReader(io.BytesIO(pdf)).metadata
    assert metadata is not None
    return str(metadata.keywords)


def with_keywords(pdf: bytes, words: str) -> bytes:
    """The paper with the evidence of another: what a forger does."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    writer.add_metadata({"/Keywords": words})
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("status", ["signed", "presented", "disputed"])
def test_a_report_as_it_was_printed_is_genuine(language: str, status: str) -> None:
    signed = report().signature if status == "signed" else None
    pdf = render(report(status=status, signature=signed), language, NOW, KEY)  # type: ignore[arg-type]
    found = verify(pdf, [name_of(KEY)])
    assert list(found.differences) == []
    assert found.genuine


def test_s11_a_photo_swapped_in_the_store_is_named_by_the_paper_itself() -> None:
    stored = {sample.PHOTOS[0]: sample.picture(), sample.PHOTOS[1]: b""}  # as `with_photos` has it
    found = verify(render(replace(report(), photos=stored), "zh-CN", NOW, KEY), [name_of(KEY)])
    assert list(found.differences) == [Difference("photos.1", sample.PHOTOS[1], "")]
    assert not found.genuine


def test_s11_a_reading_altered_on_the_page_and_a_photo_swapped_are_both_named() -> None:
    content = sample.content_2()
    true = replace(report(), content=content, fingerprint=hash_of(content))
    pdf = render(true, "zh-CN", NOW, KEY)
    assert verify(pdf, [name_of(KEY)]).genuine
    altered = sample.content_2()
    altered["visit"]["readings"][1]["value"] = 940
    swapped = {**PHOTOS, sample.PHOTOS[1]: sample.picture(colour="green")}
    false = render(replace(true, content=altered, photos=swapped), "zh-CN", NOW, KEY)
    found = verify(with_keywords(false, keywords(pdf)), [name_of(KEY)])
    named = {d.field for d in found.differences if d.sealed}
    assert "photos.1" in named
    assert any(field.startswith("sections.") for field in named)
    assert not found.genuine


def test_a_price_altered_on_the_page_is_named() -> None:
    true = render(report(), "zh-CN", NOW, KEY)
    altered = report()
    parts = [dict(altered.content["parts"][0], price_fen=28050, line_fen=56100)]
    false = replace(altered, content={**altered.content, "parts": parts})
    found = verify(with_keywords(render(false, "zh-CN", NOW, KEY), keywords(true)), [name_of(KEY)])
    assert not found.genuine
    assert Difference("parts.0.price", "¥1,280.50", "¥280.50") in found.differences
    assert Difference("parts.0.amount", "¥2,561.00", "¥561.00") in found.differences


def test_an_exchanged_photo_is_named() -> None:
    true = render(report(), "zh-CN", NOW, KEY)
    exchanged = report()
    other = {**PHOTOS, sample.PHOTOS[1]: sample.picture(colour="green")}
    false = render(replace(exchanged, photos=other), "zh-CN", NOW, KEY)
    found = verify(with_keywords(false, keywords(true)), [name_of(KEY)])
    assert [d.field for d in found.differences if d.sealed] == ["photos.1"]


def test_an_exchanged_signature_is_named() -> None:
    true = render(report(), "zh-CN", NOW, KEY)
    target = io.BytesIO()
    Image.new("RGBA", (300, 120), "navy").save(target, "PNG")
    signature = report().signature
    assert signature is not None
    false = render(report(signature=replace(signature, image=target.getvalue())), "zh-CN", NOW, KEY)
    found = verify(with_keywords(false, keywords(true)), [name_of(KEY)])
    assert [d.field for d in found.differences if d.sealed] == ["signatures.0"]


def test_a_paper_signed_by_another_installation_is_unaltered_but_not_ours() -> None:
    found = verify(render(report(), "zh-CN", NOW, OTHER), [name_of(KEY)])
    assert (found.known, list(found.differences), found.genuine) == (False, [], False)
    assert found.evidence.key == name_of(OTHER)


def test_content_that_does_not_fit_its_seal_is_told() -> None:
    false = report()
    content = {**false.content, "total_fen": 1}
    found = verify(render(replace(false, content=content), "zh-CN", NOW, KEY), [name_of(KEY)])
    assert [d.field for d in found.differences] == ["hash"]


def test_evidence_that_was_touched_is_told() -> None:
    true = report()
    printed = Printed({})
    word = pack(true, printed, "zh-CN", NOW, KEY)
    stolen = pack(replace(true, number="SR-2026-999999"), printed, "zh-CN", NOW, OTHER)
    assert word != stolen
    pdf = render(replace(true, number="SR-2026-999999"), "zh-CN", NOW, KEY)
    found = verify(with_keywords(pdf, stolen), [name_of(KEY)])
    assert not found.genuine


def test_a_file_without_evidence_and_a_file_that_is_no_pdf_are_refused_by_name() -> None:
    pdf = with_keywords(render(report(), "zh-CN", NOW, KEY), "something else")
    with pytest.raises(Problem, match="no_evidence"):
        verify(pdf, [])
    for broken in (b"", b"%PDF-1.7 but no more", pdf[: len(pdf) // 2], b"\x00" * 1000):
        with pytest.raises(Problem, match=re.compile("no_pdf|no_evidence")):
            verify(broken, [])


def sealed(check: str = "good", **changes: object) -> Paper:
    """A report that a phone signed; `changes` are what a forger makes of it afterwards."""
    whole = report()
    assert whole.signature is not None
    given = {"report_hash": whole.fingerprint, "signer_name": whole.signature.name}
    told = new_key().attested("signoff.sign", given)
    text = canonical(statement(TABLES.statements, "signoff.sign", given)).decode()
    device = DeviceSeal(told["device_key"], told["device_signature"], text, check)
    return replace(whole, device=replace(device, **changes))  # type: ignore[arg-type]


def test_a_paper_tells_what_was_found_of_the_phones_own_signature() -> None:
    found = verify(render(sealed(), "zh-CN", NOW, KEY), [name_of(KEY)])
    assert (found.genuine, found.device, list(found.differences)) == (True, "good", [])
    assert verify(render(report(), "zh-CN", NOW, KEY), [name_of(KEY)]).device is None
    wrong = sealed("wrong", signature="00" * 64)
    assert verify(render(wrong, "en", NOW, KEY), [name_of(KEY)]).device == "wrong"


def test_a_phones_signature_that_does_not_fit_the_paper_is_told() -> None:
    for forged in (
        sealed(signature="00" * 64),
        replace(sealed(), fingerprint="0" * 64),
        replace(sealed(), signature=replace(sealed().signature, name="别人")),  # type: ignore[type-var]
    ):
        found = verify(render(forged, "zh-CN", NOW, KEY), [name_of(KEY)])
        assert not found.genuine
        assert {"device", "signatures.0"} & {d.field for d in found.differences}


def test_papers_that_older_versions_printed_are_still_genuine() -> None:
    folder = Path(__file__).parent / "papers"
    papers = sorted(folder.glob("*.pdf"))
    assert papers
    for path in papers:
        found = verify(path.read_bytes(), [name_of(KEY)])
        assert (path.name, list(found.differences), found.genuine) == (path.name, [], True)


def test_before_and_after_stand_side_by_side_but_for_what_an_older_printer_set() -> None:
    content = sample.content_before_and_after()
    whole = replace(report(), content=content, fingerprint=hash_of(content))
    pages = {printer: page_of(whole, "zh-CN", printer) for printer in (4, PRINTER)}
    assert [page["pairs"] for page in pages.values()] == [[], [[0, 3]]]
    pdf = render(whole, "zh-CN", NOW, KEY)
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    slots = re.findall("维修前|维修后|故障部位", text)
    assert slots == ["维修前", "维修后", "维修前", "故障部位"]
    assert verify(pdf, [name_of(KEY)]).genuine


@pytest.mark.parametrize(
    ("printer", "language", "quantity"),
    [(3, "en", "2 套"), (PRINTER, "en", "2 sets"), (PRINTER, "zh-CN", "2 套")],
)
def test_measures_are_in_the_readers_language_but_for_what_an_older_printer_set(
    printer: int, language: str, quantity: str
) -> None:
    page = page_of(report(), language, printer)  # type: ignore[arg-type]
    assert [part["quantity"] for part in page["parts"]] == [quantity]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh-CN", ("阶段性服务报告", "2026年12月3日", "主泵总成P-77×2台", "主泵缺货")),
        ("en", ("Interimservicereport", "3Dec2026", "MainpumpP-77×2units", "wecomeagain")),
    ],
)
def test_an_interim_report_says_so_on_paper_and_is_genuine(
    language: str, said: tuple[str, ...]
) -> None:
    content = sample.content_3()
    whole = replace(report(), content=content, fingerprint=hash_of(content))
    pdf = render(whole, language, NOW, KEY)  # type: ignore[arg-type]
    read = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    text = "".join(read.split())
    assert [one for one in said if one not in text] == []
    found = verify(pdf, [name_of(KEY)])
    assert (found.genuine, found.interim, list(found.differences)) == (True, True, [])


def test_a_later_day_of_the_next_visit_on_the_page_is_named() -> None:
    content, altered = sample.content_3(), sample.content_3()
    altered["visit"]["next_visit_on"] = "2026-12-24"
    true = replace(report(), content=content, fingerprint=hash_of(content))
    word = keywords(render(true, "zh-CN", NOW, KEY))
    false = render(replace(true, content=altered), "zh-CN", NOW, KEY)
    found = verify(with_keywords(false, word), [name_of(KEY)])
    assert not found.genuine
    assert any(one.field.startswith("sections.") for one in found.differences)


def test_a_paper_that_denies_what_it_amends_is_told() -> None:
    whole = report()
    named = {"amends": "r1", "amends_hash": "a" * 64, "amendment": 1}
    content = {**whole.content, "report": named}
    link = Link(1, "SR-2026-000016", "a" * 64, "补试机结果")
    true = replace(whole, content=content, fingerprint=hash_of(content), amends=link)
    found = verify(render(true, "zh-CN", NOW, KEY), [name_of(KEY)])
    assert (found.genuine, list(found.differences)) == (True, [])
    denied = verify(render(replace(true, amends=None), "zh-CN", NOW, KEY), [name_of(KEY)])
    assert [d.field for d in denied.differences] == ["chain"]
