"""tus 1.0 over HTTP: creation (with upload), checksum, expiration, termination."""

import base64
import binascii
from collections.abc import Callable, Mapping
from functools import partial
from hashlib import sha1, sha256
from typing import Any, Final
from wsgiref.handlers import format_date_time

from flask import Response

from server.core.errors import Problem
from server.core.http.asked import Asked, body_of
from server.core.http.routes import PREFIX, Routes
from server.field.photos import may_see
from server.field.uploads import Progress, Uploads

VERSION: Final = "1.0.0"
EXTENSIONS: Final = "creation,creation-with-upload,checksum,expiration,termination"
_BODY: Final = "application/offset+octet-stream"
_HEADERS: Final = (("Tus-Resumable", VERSION),)
_PIECE: Final = {"type": "string", "format": "binary"}
_ENDINGS: Final = (
    "upload_checksum",
    "upload_not_image",
    "upload_bomb",
    "upload_truncated",
    "upload_too_large",
    "upload_offset",
)
# The protocol wants SHA-1 of every server that checks; it finds damage, the file's own is SHA-256.
_HASHES: Final[Mapping[str, Callable[[bytes], Any]]] = {
    "sha256": sha256,
    "sha1": partial(sha1, usedforsecurity=False),
}
_LARGEST: Final = 1 << 30  # the settings say less; the view compares

routes = Routes("uploads")


@routes.other(
    "OPTIONS", "/uploads", status=204, public="tells what the server can do, of nobody", drain=True
)
def abilities(asked: Asked) -> None:
    """What this server can do."""
    asked.headers |= {
        "Tus-Resumable": VERSION,
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Checksum-Algorithm": ",".join(_HASHES),
        "Tus-Max-Size": str(asked.services.config.max_photo_bytes),
    }


@routes.post(
    "/uploads",
    answers=None,
    status=201,
    drain=True,
    largest=_LARGEST,
    headers=(
        *_HEADERS,
        ("Upload-Length", "Bytes of the whole file."),
        (
            "Upload-Metadata",
            "sha256 (of the whole file, in hexadecimal); person (who took it); filetype.",
        ),
    ),
    errors=(*_ENDINGS, "tus_version"),
)
def create(asked: Asked) -> Response:
    """Begins an upload of a photo; the address to send it to is in Location."""
    _speak_tus(asked)
    metadata = asked.request.headers.get("Upload-Metadata", "")
    told = _metadata(metadata)
    _is_theirs(asked, told)
    digest = told.get("sha256", "")
    if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
        raise Problem("invalid", {"sha256": ["field_type"]})
    length = _whole_number(asked, "Upload-Length")
    if length > asked.services.config.max_photo_bytes:
        raise Problem("upload_too_large")
    known = may_see(asked.session, asked.actor, digest)
    asked.release()
    uploads = _uploads(asked)
    upload = uploads.create(_person(asked), digest, length, metadata, known=known)
    if asked.request.mimetype == _BODY and not known:
        upload = uploads.append(upload, 0, *_piece(asked, upload))
    answer = _answer(upload, 201)
    answer.headers["Location"] = f"{PREFIX}/uploads/{upload.id}"
    return answer


@routes.other(
    "HEAD",
    "/uploads/<upload_id>",
    drain=True,
    headers=_HEADERS,
    errors=("upload_unknown", "tus_version"),
)
def offset(asked: Asked, upload_id: str) -> Response:
    """How many bytes are durable here: where to go on."""
    _speak_tus(asked)
    upload = _uploads(asked).find(upload_id, _person(asked))
    answer = _answer(upload, 200)
    answer.headers["Upload-Length"] = str(upload.length)
    if upload.metadata:
        answer.headers["Upload-Metadata"] = upload.metadata
    return answer


@routes.other(
    "PATCH",
    "/uploads/<upload_id>",
    body=_PIECE,
    takes=_BODY,
    status=204,
    drain=True,
    largest=_LARGEST,
    headers=(
        *_HEADERS,
        ("Upload-Offset", "Where this piece begins."),
        ("Upload-Checksum", "`sha256` or `sha1`, and the piece's hash in base64."),
    ),
    errors=(*_ENDINGS, "upload_unknown", "unsupported_media", "tus_version"),
)
def append(asked: Asked, upload_id: str) -> Response:
    """The next piece; acknowledged once it is on disk."""
    _speak_tus(asked)
    if asked.request.mimetype != _BODY:
        raise Problem("unsupported_media")
    uploads = _uploads(asked)
    upload = uploads.find(upload_id, _person(asked))
    start = _whole_number(asked, "Upload-Offset")
    if upload.whole and start < upload.length:
        return _answer(upload, 204)  # it was here already: nothing of it need be sent
    if start != upload.received:
        raise Problem("upload_offset")
    return _answer(uploads.append(upload, start, *_piece(asked, upload)), 204)


@routes.delete(
    "/uploads/<upload_id>", drain=True, headers=_HEADERS, errors=("upload_unknown", "tus_version")
)
def terminate(asked: Asked, upload_id: str) -> None:
    """Gives an upload up."""
    _speak_tus(asked)
    uploads = _uploads(asked)
    uploads.discard(uploads.find(upload_id, _person(asked)))


_INSTEAD: Final[Mapping[str | None, Callable[[Asked, str], Response | None]]] = {
    "PATCH": append,
    "DELETE": terminate,
}


@routes.post(
    "/uploads/<upload_id>",
    answers=None,
    status=204,
    body=_PIECE,
    takes=_BODY,
    drain=True,
    largest=_LARGEST,
    headers=(
        ("X-HTTP-Method-Override", "`PATCH` or `DELETE`, from where neither can be sent."),
        *_HEADERS,
    ),
    errors=(*_ENDINGS, "upload_unknown", "unsupported_media", "tus_version", "method_not_allowed"),
)
def instead(asked: Asked, upload_id: str) -> Response | None:
    """Does what another method would have."""
    view = _INSTEAD.get(asked.request.headers.get("X-HTTP-Method-Override"))
    if view is None:
        asked.headers["Allow"] = "HEAD, PATCH, DELETE"
        raise Problem("method_not_allowed")
    return view(asked, upload_id)


def _speak_tus(asked: Asked) -> None:
    asked.headers["Tus-Resumable"] = VERSION
    if asked.request.headers.get("Tus-Resumable") != VERSION:
        asked.headers["Tus-Version"] = VERSION
        raise Problem("tus_version")
    asked.release()  # bytes may take long to come; no connection waits for them


def _uploads(asked: Asked) -> Uploads:
    services = asked.services
    return Uploads(services.database, services.blobs, services.clock)


def _is_theirs(asked: Asked, told: dict[str, str]) -> None:
    """Two people may use one phone in turn: a file is sent by whoever took the picture. One that
    was begun before somebody else logged in is not theirs to go on with (`Uploads.find`)."""
    if told.get("person", asked.actor.person_id) != asked.actor.person_id:
        raise Problem("login_needed")


def _person(asked: Asked) -> str:
    return str(asked.actor.person_id)


def _metadata(text: str) -> dict[str, str]:
    found = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = pair.partition(" ")
        try:
            found[name] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise Problem("bad_request") from error
    return found


def _whole_number(asked: Asked, name: str) -> int:
    text = asked.request.headers.get(name, "")
    if not text.isdecimal() or len(text) > 15:
        raise Problem("invalid", {name: ["field_type" if text else "field_required"]})
    return int(text)


def _piece(asked: Asked, upload: Progress) -> tuple[bytes, str | None]:
    """The body: all of it where a checksum covers it, else as much as came; and its SHA-256."""
    room = upload.length - upload.received
    announced = asked.request.content_length
    if announced is not None and announced > room:
        raise Problem("upload_too_large")
    algorithm, digest = _checksum(asked)
    data = body_of(asked.request, room)
    if not algorithm:
        return data, None
    found = _HASHES[algorithm](data)
    if found.digest() != digest:
        raise Problem("upload_checksum")
    return data, found.hexdigest() if algorithm == "sha256" else None


def _checksum(asked: Asked) -> tuple[str, bytes]:
    algorithm, _, text = asked.request.headers.get("Upload-Checksum", "").partition(" ")
    if algorithm and algorithm not in _HASHES:
        raise Problem("bad_request")
    try:
        return algorithm, base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise Problem("bad_request") from error


def _answer(upload: Progress, status: int) -> Response:
    answer = Response(status=status)
    del answer.headers["Content-Type"]
    answer.headers["Upload-Offset"] = str(upload.received)
    answer.headers["Upload-Expires"] = format_date_time(upload.expires_at.timestamp())
    return answer
