"""The service report on paper, read back from the PDF."""

import io
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pypdf
import pytest
from PIL import Image
from pypdf.annotations import Text
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from server.core.i18n import Language
from server.signoff.evidence import report_key
from server.signoff.paper import Paper, Signed, page_of
from server.signoff.pdf import render
from server.signoff.speech import Speech
from tests.server.signoff import sample
from tests.support.archival import breaches

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
KEY = report_key(b"a secret of this test")
SHANGHAI = ZoneInfo("Asia/Shanghai")
SIGNED = Signed(sample.signature(), "周建国", "机电主管", "2026-11-21T18:20:11.000Z", 4, "及时。")


def paper(**changes: object) -> Paper:
    whole = Paper(
        content=sample.content(),
        fingerprint="9f" * 32,
        status="signed",
        number="SR-2026-000017",
        provisional_number="P7K-000012",
        round=1,
        photos=dict.fromkeys(sample.PHOTOS, sample.picture()),
        signature=SIGNED,
        verify_url="https://service.example.cn/c/abc",
        zone=SHANGHAI,
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def read(pdf: bytes, folder: Path) -> str:
    """The PDF's text, by a reader that is not ours."""
    path = folder / "report.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True)
    return re.sub(r"[ \u200b]+", " ", done.stdout.decode())


def test_the_report_says_all_that_was_sealed(tmp_path: Path) -> None:
    text = read(render(paper(), "zh-CN", NOW, KEY), tmp_path)
    for said in (
        "山岳重工机械有限公司",
        "SR-2026-000017",
        "P7K-000012",
        "SO-2026-000021",
        "蒙泰露天矿业有限责任公司",
        "SY365-26-0412",
        "HYD-CYL-LEAK 油缸渗漏",
        "油封唇口磨损。",
        "更换密封组件。",
        "SK26110455",
        "有偿服务",
        "¥2,561.00",
        "缸头渗油",
        "周建国 机电主管",
        "9f" * 32,
    ):
        assert said in text
    assert "无效" not in text
    assert re.search(r"第 ?1 ?/ ?2", text)


def test_the_second_template_prints_what_was_measured_checked_worked_and_objected_to(
    tmp_path: Path,
) -> None:
    text = read(render(paper(content=sample.content_2()), "zh-CN", NOW, KEY), tmp_path)
    for said in (
        "主泵压力 31.8 MPa（限值 31.0–34.3，合格）",
        "油温 96.0 ℃（限值 ≤ 95.0，高于上限）",
        "进场戴安全帽 正常",
        "无渗漏 不正常",
        "软管完好 不适用",
        "主泵总成更换，管路冲洗两遍。",
        "95 分钟",
        "11-22 01:10–11-22 02:45",
        "01:50 提出异议：还有异响。",
        "报告格式第 2 版 · 标准保修规则第 2 版",
        "SO-2026-000021 · SY365-26-0412",
    ):
        assert said in text
    assert "None" not in text


def test_what_was_drawn_on_a_photo_is_on_its_printed_copy_alone() -> None:
    drawn = render(paper(content=sample.content_2()), "zh-CN", NOW, KEY)
    bare = sample.content_2()
    bare["photos"][0]["marks"] = [{"shape": "ring", "x": -1}, "?", {"shape": "star"}, None]
    first, second = (pictures(pdf) for pdf in (drawn, render(paper(content=bare), "en", NOW, KEY)))
    ring = (int(0.15 * 640), int(0.4 * 480))  # its leftmost point
    assert is_red(first[0].getpixel(ring))
    assert not is_red(second[0].getpixel(ring))
    assert not is_red(first[1].getpixel(ring))


def pictures(pdf: bytes) -> list[Image.Image]:
    """The photos of a paper, as they are in it."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    found = [picture for page in pages for picture in page.images]
    return [one.image.convert("RGB") for one in found if one.name.lower().endswith(".jpg")]  # type: ignore[union-attr]


def is_red(pixel: object) -> bool:
    assert isinstance(pixel, tuple)
    return bool(pixel[0] > 150 and pixel[1] < 90 and pixel[2] < 90)


def test_times_are_shown_in_the_companys_zone(tmp_path: Path) -> None:
    text = read(render(paper(), "en", NOW, KEY), tmp_path)
    assert "22 Nov 2026 01:03" in text
    assert "22 Nov 2026 02:20" in text


def test_in_english_every_label_and_name_is_english() -> None:
    page = page_of(paper(), "en")
    labels = [row["label"] for block in page["blocks"] for row in block["rows"]]
    assert not any(re.search(r"[\u4e00-\u9fff]", label) for label in labels)
    assert page["company"]["name"].startswith("Shanyue")
    assert page["parts"][0]["name"] == "Boom cylinder seal kit"


@pytest.mark.parametrize(
    ("language", "mark"), [("zh-CN", "未签字，无效"), ("en", "Not valid until signed")]
)
def test_an_unsigned_report_is_marked_as_not_valid(
    language: Language, mark: str, tmp_path: Path
) -> None:
    unsigned = paper(status="unsigned", signature=None, why_unsigned=("absent", None, "李师傅"))
    text = read(render(unsigned, language, NOW, KEY), tmp_path)
    assert mark in text
    assert "李师傅" in text


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_it_is_an_archival_tagged_pdf(language: Language) -> None:
    pdf = render(paper(content=sample.content_2()), language, NOW, KEY)
    assert breaches(pdf) == []
    catalogue: Any = pypdf.PdfReader(io.BytesIO(pdf)).root_object
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"].startswith(language[:2])


def dictionaries(writer: pypdf.PdfWriter) -> list[Any]:
    every: list[Any] = writer._objects
    return [one for one in every if isinstance(one, dict)]


def unembed(writer: pypdf.PdfWriter) -> None:
    for one in dictionaries(writer):
        for name in {"/FontFile2", "/FontFile3"} & set(one):
            del one[name]


def no_intent(writer: pypdf.PdfWriter) -> None:
    del writer.root_object["/OutputIntents"]


def no_metadata(writer: pypdf.PdfWriter) -> None:
    del writer.root_object["/Metadata"]


def another_title(writer: pypdf.PdfWriter) -> None:
    writer.add_metadata({"/Title": "Something else"})


def unprinted_note(writer: pypdf.PdfWriter) -> None:
    writer.add_annotation(0, Text(rect=(50, 50, 90, 90), text="seen, not printed", flags=0))


def blended(writer: pypdf.PdfWriter) -> None:
    state = next(one for one in dictionaries(writer) if "/ca" in one)
    state[NameObject("/BM")] = NameObject("/Invented")


def runs_a_script(writer: pypdf.PdfWriter) -> None:
    script = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("1")}
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(DictionaryObject(script))


@pytest.mark.parametrize(
    ("harm", "clause"),
    [
        (unembed, "6.2.11.4"),
        (no_intent, "6.2.3"),
        (no_metadata, "6.6.2.1"),
        (another_title, "6.6.3"),
        (unprinted_note, "6.3"),
        (blended, "6.2.5"),
        (runs_a_script, "6.5.1"),
        (lambda writer: writer.add_attachment("a.txt", b"a"), "6.8"),
        (lambda writer: writer.encrypt("", "owner"), "6.1.3"),
    ],
)
def test_what_would_not_be_archival_is_seen(
    harm: Callable[[pypdf.PdfWriter], object], clause: str
) -> None:
    whole = render(paper(content=sample.content_2()), "en", NOW, KEY)
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(whole))
    harm(writer)
    out = io.BytesIO()
    writer.write(out)
    assert any(said.startswith(clause) for said in breaches(out.getvalue()))


def test_a_character_that_the_font_lacks_does_not_stop_the_report() -> None:
    whole = sample.content()
    whole["visit"]["work_done"] = "完工 👍🏽 ꙮ"
    pdf = render(paper(content=whole), "zh-CN", NOW, KEY)
    assert pdf.startswith(b"%PDF-")
    assert "6.6.4 identification" in breaches(pdf)


def test_what_a_person_typed_is_never_read_as_markup(tmp_path: Path) -> None:
    whole = sample.content()
    whole["visit"]["diagnosis"] = '#panic("x") $a^2$ *bold* `raw` //no\n= heading #include "/etc"'
    text = read(render(paper(content=whole), "zh-CN", NOW, KEY), tmp_path)
    assert '#panic("x") $a^2$ *bold* `raw` //no' in text


def test_a_photo_that_has_not_arrived_or_cannot_be_read_is_named_as_such(tmp_path: Path) -> None:
    missing = paper(photos={sample.PHOTOS[0]: b"no picture"})
    text = read(render(missing, "zh-CN", NOW, KEY), tmp_path)
    assert "照片尚未传到服务器" in text
    assert "照片无法显示" in text


@pytest.mark.parametrize("photos", [0, 1, 12])
def test_any_number_of_photos_and_long_texts_fit_their_pages(photos: int, tmp_path: Path) -> None:
    whole = sample.content()
    whole["photos"] = [whole["photos"][0]] * photos
    whole["visit"]["diagnosis"] = "系统压力正常，" * 500
    whole["unit"]["serial"] = "X" * 190
    text = read(render(paper(content=whole), "zh-CN", NOW, KEY), tmp_path)
    assert text.count("缸头渗油") == photos
    assert text.count("系统压力正常") > 400


def test_photos_of_every_kind_that_phones_make_are_printed() -> None:
    for kind in ("JPEG", "PNG", "WEBP"):
        pictures = dict.fromkeys(sample.PHOTOS, sample.picture(kind))
        assert b"/DCTDecode" in render(paper(photos=pictures), "zh-CN", NOW, KEY)


def test_a_covered_repair_costs_the_customer_nothing() -> None:
    whole = sample.content()
    whole["entitlement"] = {"basis": "warranty", "covered": True, "until": "2026-11-25"}
    whole["parts"][0]["line_fen"] = whole["total_fen"] = 0
    totals = page_of(paper(content=whole), "en")["totals"]
    assert [row["value"] for row in totals] == ["¥2,561.00", "-¥2,561.00", "¥0.00"]


def test_a_total_that_nobody_knows_is_not_made_up() -> None:
    whole = sample.content()
    whole["parts"][0] |= {"price_fen": None, "line_fen": None}
    whole["total_fen"] = None
    page = page_of(paper(content=whole), "en")
    assert [row["value"] for row in page["totals"]] == ["—"]
    assert page["parts"][0]["amount"] == "—"


def test_money_keeps_every_fen() -> None:
    speech = Speech("zh-CN", SHANGHAI)
    assert speech.money(123456789) == "¥1,234,567.89"
    assert speech.money(5) == "¥0.05"
    assert speech.money(-100) == "-¥1.00"
    assert speech.money(None) == "—"
