"""Pictures: told from other files, proven whole, and shown without what they tell besides."""

from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from server.core.errors import Problem
from server.core.pictures import as_jpeg, customer_copy, inspect
from tests.support.pictures import picture, png_of_size

JPEG, PNG, WEBP, HEIC = (picture(64, 48, form) for form in ("JPEG", "PNG", "WEBP", "HEIF"))
GPS, ORIENTATION, MAKE = 0x8825, 0x0112, 0x010F


def outcome(data: bytes) -> str:
    try:
        inspect(data)
    except Problem as problem:
        return problem.code
    return "a picture"


def with_notes(orientation: int, form: str = "JPEG") -> bytes:
    exif = Image.Exif()
    exif[MAKE] = "Some Camera"
    exif[ORIENTATION] = orientation
    exif.get_ifd(GPS)[1] = "N"
    return picture(64, 48, form, exif=exif)


@pytest.mark.parametrize(("width", "height"), [(1, 1), (7, 3), (9, 1)])
def test_a_jpeg_of_a_few_pixels_is_a_picture(width: int, height: int) -> None:
    found = inspect(picture(width, height, "JPEG"))
    assert (found.width, found.height) == (width, height)


@pytest.mark.parametrize(
    ("data", "media_type"),
    [(JPEG, "image/jpeg"), (PNG, "image/png"), (WEBP, "image/webp"), (HEIC, "image/heic")],
)
def test_a_picture_is_known_by_its_content(data: bytes, media_type: str) -> None:
    found = inspect(data)
    assert (found.media_type, found.width, found.height) == (media_type, 64, 48)


@pytest.mark.parametrize("form", ["GIF", "TIFF", "BMP", "ICO"])
def test_formats_that_no_phone_makes_are_no_pictures_here(form: str) -> None:
    with pytest.raises(Problem, match="upload_not_image"):
        inspect(picture(64, 48, form))


def test_a_picture_of_forty_megapixels_is_taken_and_a_larger_one_is_not() -> None:
    out = BytesIO()
    Image.new("L", (8000, 5000)).save(out, "JPEG")
    assert inspect(out.getvalue()).width == 8000
    with pytest.raises(Problem, match="upload_bomb"):
        inspect(png_of_size(8001, 5000))


@pytest.mark.parametrize("part", [0.5, 0.9, 0.99])
@pytest.mark.parametrize("progressive", [False, True])
def test_a_cut_off_jpeg_is_found(part: float, progressive: bool) -> None:
    data = picture(640, 480, progressive=progressive)
    with pytest.raises(Problem, match="upload_truncated"):
        inspect(data[: int(len(data) * part)])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    data=st.sampled_from([JPEG, PNG, WEBP, HEIC]),
    flips=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=20),
    cut=st.integers(0, 10_000),
)
def test_whatever_bytes_come_the_answer_is_a_picture_or_a_problem_by_name(
    data: bytes, flips: list[tuple[int, int]], cut: int
) -> None:
    broken = bytearray(data)
    for at, value in flips:
        broken[at % len(broken)] = value
    assert outcome(bytes(broken[: max(1, len(broken) - cut)])) in (
        "a picture",
        "upload_not_image",
        "upload_truncated",
        "upload_bomb",
    )


@pytest.mark.parametrize("data", [JPEG, PNG, WEBP])
def test_a_picture_that_tells_nothing_besides_keeps_its_hash_for_the_customer(data: bytes) -> None:
    assert customer_copy(data)[0] == data


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", [1, 6])
def test_the_customer_does_not_learn_where_and_by_what_it_was_taken(
    form: str, orientation: int
) -> None:
    data = with_notes(orientation, form)
    copy, media_type = customer_copy(data)
    assert b"Some Camera" in data
    assert b"Some Camera" not in copy
    shown = Image.open(BytesIO(copy))
    assert not shown.getexif()
    assert media_type == f"image/{form.lower()}"
    assert shown.size == ((64, 48) if orientation == 1 else (48, 64))  # still upright


def test_taking_notes_out_of_an_upright_jpeg_changes_no_pixel() -> None:
    data = with_notes(1)
    copy, _ = customer_copy(data)
    assert Image.open(BytesIO(copy)).tobytes() == Image.open(BytesIO(data)).tobytes()


def test_a_browser_that_cannot_show_a_phones_format_gets_a_jpeg() -> None:
    assert customer_copy(HEIC)[1] == "image/jpeg"
    assert Image.open(BytesIO(as_jpeg(HEIC))).format == "JPEG"
    assert as_jpeg(JPEG) == JPEG
