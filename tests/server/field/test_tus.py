"""Photos on their way to the server, piece by piece."""

import base64
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.core.ids import new_id
from server.field.models import Upload, UploadPiece
from server.field.uploads import OPEN_PER_PERSON
from server.visits.models import Photo, PhotoFile
from server.visits.rules import photo_key
from tests.support.app import Answer, App, Client, config_of
from tests.support.company import Company
from tests.support.pictures import hash_of, picture, png_of_size
from tests.support.s3 import S3Server

TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {**TUS, "Content-Type": "application/offset+octet-stream"}


def begin(client: Client, data: bytes, digest: str | None = None, **headers: str) -> Answer:
    """Asks for an upload of `data`."""
    hashed = base64.b64encode((digest or hash_of(data)).encode()).decode()
    asked = {"Upload-Length": str(len(data)), "Upload-Metadata": f"sha256 {hashed}", **headers}
    return client.ask("POST", "uploads", headers={**TUS, **asked})


def send(client: Client, url: str, start: int, piece: bytes, **headers: str) -> Answer:
    """Sends one piece."""
    asked = {**PIECE, "Upload-Offset": str(start), **headers}
    return client.ask("PATCH", url, headers=asked, data=piece)


def where(client: Client, url: str) -> Answer:
    """Asks how far an upload is."""
    return client.ask("HEAD", url, headers=TUS)


def checksum(piece: bytes, algorithm: str = "sha256") -> dict[str, str]:
    digest = hashlib.new(algorithm, piece).digest()
    return {"Upload-Checksum": f"{algorithm} {base64.b64encode(digest).decode()}"}


def add_photo(company: Company, order_id: str, visit_id: str, data: bytes) -> str:
    """The record of a photo, as the phone makes it; its id."""
    photo_id = new_id()
    facts = {"sha256": hash_of(data), "media_type": "image/jpeg", "bytes": len(data)}
    belongs = {"photo_id": photo_id, "visit_id": visit_id, "order_id": order_id, "slot": "fault"}
    args = {**belongs, **facts, "width": 640, "height": 480, "thumb": "data:image/jpeg;base64,AA"}
    company.run("ann", "visit.add_photo", args, id=new_id(), journalled=True)
    return photo_id


@pytest.fixture
def ann(app: App, company: Company) -> Client:
    return app.enter("ann")


def test_a_photo_in_three_pieces_is_stored_under_its_hash(
    app: App, company: Company, ann: Client
) -> None:
    data = picture()
    order_id = company.dispatched()
    photo_id = add_photo(company, order_id, company.visit("ann", order_id), data)
    begun = begin(ann, data)
    assert begun.status_code == 201
    url = begun.headers["Location"]
    for start in range(0, len(data), 30_000):
        piece = data[start : start + 30_000]
        answer = send(ann, url, start, piece, **checksum(piece))
        assert answer.status_code == 204
        assert answer.headers["Upload-Offset"] == str(start + len(piece))
    assert app.services.blobs.get(photo_key(hash_of(data))) == data
    assert company.row(Photo, photo_id).stored_at is not None
    file = company.row(PhotoFile, hash_of(data))
    assert (file.media_type, file.width, file.height) == ("image/jpeg", 640, 480)
    assert list(app.services.blobs.listed("uploads")) == []  # the pieces are gone


def test_an_upload_goes_on_hours_later_in_another_process(app: App, ann: Client) -> None:
    data = picture()
    url = begin(ann, data).headers["Location"]
    send(ann, url, 0, data[:1000])
    app.clock.advance(hours=9)
    other_process = App(app.config, app.clock)
    later = Client(other_process.flask.test_client(), ann.token)
    told = where(later, url)
    assert told.headers["Upload-Offset"] == "1000"
    assert told.headers["Upload-Length"] == str(len(data))
    assert told.headers["Cache-Control"] == "no-store"
    assert send(later, url, 1000, data[1000:]).status_code == 204
    assert where(ann, url).headers["Upload-Offset"] == str(len(data))
    other_process.close()


def test_a_photo_can_be_sent_with_the_wish_to_send_it(app: App, ann: Client) -> None:
    data = picture()
    headers = {
        "Upload-Length": str(len(data)),
        "Upload-Metadata": f"sha256 {base64.b64encode(hash_of(data).encode()).decode()}",
    }
    answer = ann.ask("POST", "uploads", headers={**PIECE, **headers}, data=data)
    assert answer.status_code == 201
    assert answer.headers["Upload-Offset"] == str(len(data))
    assert app.services.blobs.size(photo_key(hash_of(data))) == len(data)


def test_of_two_pieces_for_one_place_only_one_counts(app: App, ann: Client) -> None:
    data = picture()
    url = begin(ann, data).headers["Location"]
    assert send(ann, url, 0, data[:1000]).status_code == 204
    again = send(ann, url, 0, data[:1000])
    assert (again.status_code, again.json["code"]) == (409, "upload_offset")
    early = send(ann, url, 5000, data[5000:])
    assert (early.status_code, early.json["code"]) == (409, "upload_offset")
    assert where(ann, url).headers["Upload-Offset"] == "1000"


def test_a_lost_last_answer_is_made_good_by_asking_where_it_stands(ann: Client) -> None:
    data = picture()
    url = begin(ann, data).headers["Location"]
    send(ann, url, 0, data)
    assert where(ann, url).headers["Upload-Offset"] == str(len(data))
    assert send(ann, url, 0, data).headers["Upload-Offset"] == str(len(data))


@pytest.mark.parametrize("algorithm", ["sha256", "sha1"])
def test_a_flipped_bit_in_a_piece_is_refused_and_the_piece_can_come_again(
    ann: Client, algorithm: str
) -> None:
    data = picture()
    url = begin(ann, data).headers["Location"]
    told = checksum(data[:1000], algorithm)
    wrong = send(ann, url, 0, b"x" + data[1:1000], **told)
    assert (wrong.status_code, wrong.json["code"]) == (460, "upload_checksum")
    assert where(ann, url).headers["Upload-Offset"] == "0"
    assert send(ann, url, 0, data[:1000], **told).status_code == 204
    assert send(ann, url, 1000, data[1000:], **checksum(data[1000:], algorithm)).status_code == 204
    assert ann.get(f"photos/{hash_of(data)}").status_code == 404  # nobody's until a visit names it


def test_from_where_nothing_but_post_can_be_sent_the_header_says_what_is_meant(ann: Client) -> None:
    data = picture()
    url = begin(ann, data).headers["Location"]
    asked = {**PIECE, "Upload-Offset": "0"}
    for word, status in (("PATCH", 204), ("DELETE", 204), ("PATCH", 404), ("GET", 405)):
        told = {**asked, "X-HTTP-Method-Override": word}
        answer = ann.ask("POST", url, headers=told, data=data[:1000])
        assert answer.status_code == status, word
    assert answer.headers["Allow"] == "HEAD, PATCH, DELETE"
    assert where(ann, url).status_code == 404


def test_a_file_that_is_not_what_was_announced_ends_the_upload(app: App, ann: Client) -> None:
    data = picture()
    url = begin(ann, data, digest="0" * 64).headers["Location"]
    answer = send(ann, url, 0, data)
    assert (answer.status_code, answer.json["code"]) == (460, "upload_checksum")
    assert where(ann, url).status_code == 404
    assert list(app.services.blobs.listed()) == []


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"%PDF-1.7 no picture at all" * 50, 415, "upload_not_image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415, "upload_not_image"),
        (png_of_size(60_000, 60_000), 413, "upload_bomb"),
        (picture()[:-20_000], 422, "upload_truncated"),
    ],
    ids=["pdf", "svg", "bomb", "truncated"],
)
def test_what_is_no_whole_picture_of_sane_size_is_refused_by_name(
    app: App, ann: Client, data: bytes, status: int, code: str
) -> None:
    answer = send(ann, begin(ann, data).headers["Location"], 0, data)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    assert list(app.services.blobs.listed()) == []


@pytest.mark.parametrize("form", ["PNG", "WEBP", "HEIF"])
def test_other_picture_formats_are_taken(ann: Client, form: str) -> None:
    data = picture(320, 240, form)
    assert send(ann, begin(ann, data).headers["Location"], 0, data).status_code == 204


def test_sixty_megabytes_are_refused_before_a_byte_is_sent(app: App, ann: Client) -> None:
    hashed = base64.b64encode(b"0" * 64).decode()
    asked = {"Upload-Length": str(60 * 1024 * 1024), "Upload-Metadata": f"sha256 {hashed}"}
    answer = ann.ask("POST", "uploads", headers={**TUS, **asked})
    assert (answer.status_code, answer.json["code"]) == (413, "upload_too_large")


def test_more_bytes_than_announced_are_refused(ann: Client) -> None:
    data = picture()
    url = begin(ann, data).headers["Location"]
    answer = send(ann, url, 0, data + b"more")
    assert (answer.status_code, answer.json["code"]) == (413, "upload_too_large")
    assert where(ann, url).headers["Upload-Offset"] == "0"


def test_an_upload_is_its_persons_own(app: App, ann: Client) -> None:
    url = begin(ann, picture()).headers["Location"]
    ben = app.enter("ben")
    assert where(ben, url).status_code == 404
    assert send(ben, url, 0, b"x").json["code"] == "upload_unknown"
    assert ben.delete(url, headers=TUS).json["code"] == "upload_unknown"


def test_what_one_person_took_is_not_sent_as_somebody_elses(app: App, ann: Client) -> None:
    """Two people use one phone in turn: the app of the first is still open, the session is not."""
    data, named = picture(), base64.b64encode(b"ann").decode()
    hashed = base64.b64encode(hash_of(data).encode()).decode()
    told = {"Upload-Metadata": f"sha256 {hashed},person {named}"}
    refused = begin(app.enter("ben"), data, **told)
    assert (refused.status_code, refused.json["code"]) == (401, "login_needed")
    assert begin(ann, data, **told).status_code == 201


def test_a_client_of_another_version_is_told_which_one_is_spoken(ann: Client) -> None:
    answer = ann.ask("POST", "uploads", headers={"Upload-Length": "1"})
    assert answer.status_code == 412
    assert answer.headers["Tus-Version"] == "1.0.0"
    able = ann.ask("OPTIONS", "uploads")
    assert able.status_code == 204
    assert able.headers["Tus-Checksum-Algorithm"] == "sha256,sha1"
    assert "checksum" in able.headers["Tus-Extension"]
    assert able.headers["Tus-Max-Size"] == "20971520"


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Upload-Length": "-1"}, "invalid"),
        ({"Upload-Length": "9" * 40}, "invalid"),
        ({"Upload-Metadata": "sha256 not-base64!"}, "bad_request"),
        ({"Upload-Metadata": ""}, "invalid"),
        ({"Upload-Defer-Length": "1", "Upload-Length": ""}, "invalid"),
    ],
)
def test_a_malformed_wish_is_answered_by_name(
    ann: Client, headers: dict[str, str], code: str
) -> None:
    assert begin(ann, b"x", **headers).json["code"] == code


def test_what_nobody_goes_on_with_is_forgotten_after_a_week(
    app: App, company: Company, ann: Client
) -> None:
    data = picture()
    url = begin(ann, data).headers["Location"]
    send(ann, url, 0, data[:1000])
    assert len(list(app.services.blobs.listed("uploads"))) == 1
    app.clock.advance(days=8)
    assert where(ann, url).status_code == 404
    begin(ann, data)  # the next one sweeps
    assert len(company.rows(Upload)) == 1
    assert list(app.services.blobs.listed("uploads")) == []


def test_an_upload_whose_pieces_the_store_has_lost_begins_anew(app: App, ann: Client) -> None:
    data = picture()
    url = begin(ann, data).headers["Location"]
    send(ann, url, 0, data[:1000])
    for key, _size, _at in list(app.services.blobs.listed("uploads")):
        app.services.blobs.delete(key)
    assert send(ann, url, 1000, data[1000:]).json["code"] == "upload_unknown"
    assert where(ann, url).status_code == 404
    again = begin(ann, data).headers["Location"]
    assert send(ann, again, 0, data).status_code == 204


def test_an_upload_can_be_given_up(app: App, company: Company, ann: Client) -> None:
    data = picture()
    url = begin(ann, data).headers["Location"]
    send(ann, url, 0, data[:1000])
    assert ann.delete(url, headers=TUS).status_code == 204
    assert where(ann, url).status_code == 404
    assert company.rows(Upload) == company.rows(UploadPiece) == []
    assert list(app.services.blobs.listed()) == []


def test_a_person_cannot_fill_the_store_with_beginnings(company: Company, ann: Client) -> None:
    urls = [begin(ann, picture(8, 8)).headers["Location"] for _ in range(OPEN_PER_PERSON + 3)]
    assert len(company.rows(Upload)) == OPEN_PER_PERSON
    assert where(ann, urls[0]).status_code == 404
    assert where(ann, urls[-1]).status_code == 200


def test_a_revoked_device_hands_in_its_photos_and_gets_none(
    app: App, company: Company, ann: Client
) -> None:
    data = picture()
    device_id = ann.post("devices", {"name": "Ann's phone"}).json["id"]
    order_id = company.dispatched()
    add_photo(company, order_id, company.visit("ann", order_id), data)
    assert ann.delete(f"devices/{device_id}").status_code == 204
    assert ann.get("me").json["code"] == "device_revoked"
    url = begin(ann, data).headers["Location"]
    assert send(ann, url, 0, data).status_code == 204
    assert app.services.blobs.get(photo_key(hash_of(data))) == data
    assert ann.get(f"photos/{hash_of(data)}").json["code"] == "device_revoked"
    assert ann.delete("sessions/current").status_code == 204


def test_who_may_see_a_photo_need_not_send_it_and_who_may_not_must(
    app: App, company: Company, ann: Client
) -> None:
    data = picture()
    order_id = company.dispatched()
    add_photo(company, order_id, company.visit("ann", order_id), data)
    send(ann, begin(ann, data).headers["Location"], 0, data)
    again = begin(ann, data)
    assert again.headers["Upload-Offset"] == str(len(data))
    assert send(ann, again.headers["Location"], 0, data[:1000]).headers["Upload-Offset"] == str(
        len(data)
    )
    sam = app.enter("sam")  # of another branch: learns nothing from trying
    assert begin(sam, data).headers["Upload-Offset"] == "0"


@pytest.fixture
def s3_app(
    s3: S3Server, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[App]:
    for name, value in s3.environ.items():
        monkeypatch.setenv(name, value)
    made = App(config_of(sqlite_url, tmp_path, blobs_url=s3.url(f"uploads-{os.getpid()}")))
    yield made
    made.close()


def test_pieces_and_photos_live_in_an_s3_store_as_well(s3_app: App) -> None:
    s3_app.company()
    ann, data = s3_app.enter("ann"), picture()
    url = begin(ann, data).headers["Location"]
    assert send(ann, url, 0, data[:5000]).status_code == 204
    assert send(ann, url, 5000, data[5000:]).status_code == 204
    assert s3_app.services.blobs.get(photo_key(hash_of(data))) == data
    assert list(s3_app.services.blobs.listed("uploads")) == []


def test_a_store_that_is_away_loses_nothing_and_is_told_plainly(
    app: App, ann: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    data = picture()
    url = begin(ann, data).headers["Location"]
    folder = Path(app.config.blobs_url.removeprefix("file://"))
    folder.rename(tmp_path / "away")
    folder.write_text("no folder")
    answer = send(ann, url, 0, data)
    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
    folder.unlink()
    (tmp_path / "away").rename(folder)
    assert where(ann, url).headers["Upload-Offset"] == "0"
    assert send(ann, url, 0, data).status_code == 204
