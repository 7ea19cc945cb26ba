"""HTTP reads of reports: at the desk, on paper, and by a customer's link."""

import io
from typing import Any, Final

import segno
from flask import Response

from server.core.actor import SYSTEM
from server.core.errors import Problem
from server.core.http.asked import Asked
from server.core.http.routes import Routes
from server.core.http.shapes import (
    HASH,
    ID,
    MOMENT,
    TEXT,
    WHOLE,
    YES_NO,
    Shape,
    listed,
    mapped,
    more,
    nullable,
    obj,
    page_of,
    record,
)
from server.core.i18n import LANGUAGES, Language
from server.core.limits import Limit
from server.core.pictures import customer_copy
from server.core.schemas import Args, choice
from server.orders.api import LINE
from server.people.api import PERSON_SHORT
from server.signoff import queries, reviews
from server.signoff.altered import altered
from server.signoff.commands import token_hash
from server.signoff.evidence import MOST_BYTES, name_of, report_key
from server.signoff.links import find_link, names_photo, printed_token, read_link
from server.signoff.models import Report, ReportLink
from server.signoff.pdf import render
from server.signoff.printing import paper_of, with_photos
from server.signoff.schemas import DisputeForm, ReviewsQuery, SignForm
from server.signoff.sealed import point_of, sealing_key
from server.visits.models import PhotoFile
from server.visits.rules import photo_key

_CUSTOMER: Final = "the token in the address is the permission: 256 bits, known by its hash alone"
_READS: Final = (Limit("link", "300/minute"),)
_PRINTS: Final = (Limit("link_pdf", "20/minute"),)
_WRONG: Final = Limit("link_wrong", "60/hour")
_BINARY: Final[Shape] = {"type": "string", "format": "binary"}
_ENDED: Final = ("not_found", "link_expired", "too_many")
_READING: Final = (*_ENDED, "report_unreadable")
_ANYBODY: Final = "whoever holds a paper may check it; it tells nothing that is not on the paper"
_PDF: Final = "application/pdf"
_CHECKS: Final = (Limit("verify", "20/minute"),)
_KEYS: Final = (Limit("report_key", "60/minute"),)
_SIGNATURE_BYTES: Final = 1024 * 1024
_PRIVATE: Final = "private, no-store"

REPORT: Shape = more(
    record("report"),
    signature=nullable(record("signature")),
    dispute=nullable(record("dispute")),
    unsigned=nullable(record("unsigned_record")),
    returns=listed(record("report_return")),
    accepted_at=nullable(MOMENT),
    since=listed(obj(what=TEXT, part=record("part"), quantity=WHOLE, at=MOMENT)),
    seal=nullable(obj(device=TEXT, countersigned=YES_NO, differences=listed(TEXT))),
)

_REVIEW: Final[Shape] = obj(
    id=ID,
    number=nullable(TEXT),
    provisional_number=TEXT,
    status=TEXT,
    round=WHOLE,
    amendment=nullable(WHOLE),
    presented_at=MOMENT,
    accepted_at=nullable(MOMENT),
    escalated_at=nullable(MOMENT),
    escalated_by=nullable(PERSON_SHORT),
    escalation=nullable(TEXT),
    order=LINE,
    person=nullable(PERSON_SHORT),
    marks=listed(TEXT),
    distance_m=nullable(WHOLE),
    lacks=listed(TEXT),
    returns=listed(record("report_return")),
    said=nullable(
        obj(
            signer_name=nullable(TEXT),
            rating=nullable(WHOLE),
            comment=nullable(TEXT),
            reason=nullable(TEXT),
        )
    ),
)

routes = Routes("signoff")


@routes.get(
    "/reviews",
    query=ReviewsQuery,
    answers=page_of(_REVIEW, counts=mapped(WHOLE)),
    permission="report.accept",
)
def list_reviews(asked: Asked) -> dict[str, Any]:
    """Reports for the office to read: by default those that call for a person."""
    wish = {name: value for name, value in asked.query.items() if name != "paging"}
    found = reviews.ReviewFilter(**wish)
    return reviews.reviews(asked.session, asked.actor, found, asked.query["paging"])


@routes.get("/reports/<report_id>", answers=REPORT, permission="report.read", errors=("not_found",))
def one_report(asked: Asked, report_id: str) -> dict[str, Any]:
    """A report with its signature, dispute, or why it was left unsigned."""
    return queries.report(asked.session, asked.actor, report_id)


class PrintForm(Args):
    """In which language; the customer's unless told."""

    language = choice(LANGUAGES, required=False)


_LINK: Final = obj(
    report=obj(
        content={"type": "object"},
        hash=HASH,
        number=nullable(TEXT),
        provisional_number=TEXT,
        status=TEXT,
        presented_at=MOMENT,
        round=WHOLE,
    ),
    signature=nullable(
        obj(
            image=TEXT,
            signer_name=TEXT,
            signer_title=nullable(TEXT),
            signed_at=MOMENT,
            rating=nullable(WHOLE),
            comment=nullable(TEXT),
            report_hash=HASH,
        )
    ),
    company=obj(
        name_zh=TEXT, name_en=nullable(TEXT), phone=nullable(TEXT), timezone=TEXT, currency=TEXT
    ),
    language=TEXT,
    signable=YES_NO,
    altered=listed(TEXT),
)


_FINDING: Final = obj(
    genuine=YES_NO,
    known=YES_NO,
    key=TEXT,
    number=nullable(TEXT),
    provisional_number=TEXT,
    hash=HASH,
    status=TEXT,
    made_at=MOMENT,
    device=nullable(TEXT),
    interim=YES_NO,
    differences=listed(obj(field=TEXT, sealed=TEXT, found=TEXT)),
)


@routes.get(
    "/reports/<report_id>/pdf",
    query=PrintForm,
    answers=_BINARY,
    media="application/pdf",
    permission="report.read",
    errors=("not_found", "report_unreadable"),
)
def report_pdf(asked: Asked, report_id: str) -> Response:
    """The service report as an archival PDF."""
    queries.report(asked.session, asked.actor, report_id)  # in scope, or not found
    report = asked.session.get_one(Report, report_id)
    return _print(asked, report, asked.query["language"] or asked.language)


@routes.get("/links/<token>", answers=_LINK, public=_CUSTOMER, errors=_READING, limits=_READS)
def customer_report(asked: Asked, token: str) -> dict[str, Any]:
    """A report as its customer reads it; no place and nothing of the company's inside."""
    link = _link(asked, token)
    answer = read_link(asked.session, link)
    if link.opened_at is None:
        asked.execute("report.open_link", {"link_id": link.id}, actor=SYSTEM)
    return answer | {"altered": _altered(asked, link.report_id)}


def _altered(asked: Asked, report_id: str) -> list[str]:
    """The fields that the database no longer has as they were sealed (scenario 11)."""
    paper = paper_of(asked.session, asked.session.get_one(Report, report_id), "")
    return [one.field for one in altered(paper, asked.language)]


@routes.get(
    "/links/<token>/pdf",
    query=PrintForm,
    answers=_BINARY,
    media="application/pdf",
    public=_CUSTOMER,
    errors=_READING,
    limits=_PRINTS,
)
def customer_pdf(asked: Asked, token: str) -> Response:
    """The same report on paper."""
    link = _link(asked, token)
    report = asked.session.get_one(Report, link.report_id)
    language = asked.query["language"] or read_link(asked.session, link)["language"]
    return _print(asked, report, language)


@routes.get(
    "/links/<token>/photos/<sha256>",
    answers=_BINARY,
    media="image/*",
    public=_CUSTOMER,
    errors=_READING,
    limits=_READS,
    quiet=True,
)
def customer_photo(asked: Asked, token: str, sha256: str) -> Response:
    """A photo of the report without its place; `Onsite-Copy` if that made it another file."""
    link = _link(asked, token)
    file = asked.session.get(PhotoFile, sha256)
    if file is None or not names_photo(asked.session, link, sha256):
        raise Problem("not_found")
    asked.release()
    stored = asked.services.blobs.get(photo_key(sha256))
    copy, media = customer_copy(stored)
    answer = Response(copy, mimetype=media)
    answer.headers["Cache-Control"] = "private, max-age=3600"
    if copy != stored:
        answer.headers["Onsite-Copy"] = "without-place"
    return answer


@routes.get(
    "/links/<token>/qr",
    answers=_BINARY,
    media="image/svg+xml",
    public=_CUSTOMER,
    errors=_ENDED,
    limits=_READS,
)
def customer_code(asked: Asked, token: str) -> Response:
    """The link as a code that a phone's camera reads."""
    _link(asked, token)
    picture = io.BytesIO()
    address = f"{_base(asked)}/c/{token}"
    segno.make(address, error="m").save(picture, kind="svg", border=2, scale=6, xmldecl=False)
    answer = Response(picture.getvalue(), mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = _PRIVATE
    return answer


@routes.post(
    "/links/<token>/signature",
    body=SignForm,
    answers=obj(status=TEXT),
    public=_CUSTOMER,
    errors=(*_ENDED, "conflict"),
    limits=_PRINTS,
    largest=_SIGNATURE_BYTES,
)
def sign_here(asked: Asked, token: str) -> dict[str, Any]:
    """The customer signs on their own device; the link was made for that."""
    link = _link(asked, token)
    asked.execute("report.sign_by_link", {"link_id": link.id, **asked.body}, actor=SYSTEM)
    return {"status": "signed"}


@routes.post(
    "/links/<token>/dispute",
    body=DisputeForm,
    answers=obj(status=TEXT),
    public=_CUSTOMER,
    errors=(*_ENDED, "conflict"),
    limits=_PRINTS,
)
def dispute_here(asked: Asked, token: str) -> dict[str, Any]:
    """The customer does not agree, on their own device; the link was made to sign."""
    link = _link(asked, token)
    asked.execute("report.dispute_by_link", {"link_id": link.id, **asked.body}, actor=SYSTEM)
    return {"status": "disputed"}


@routes.get("/report-key", answers=obj(key=TEXT, sealing=TEXT), public=_ANYBODY, limits=_KEYS)
def public_key(asked: Asked) -> dict[str, Any]:
    """The keys of this installation: by which it signs, to be trusted elsewhere; and to which
    phones seal what only it may open."""
    sealing = sealing_key(asked.services.secret).public_key()
    return {"key": _own_key(asked), "sealing": point_of(sealing).hex()}


@routes.post(
    "/verify",
    body=_BINARY,
    takes=_PDF,
    answers=_FINDING,
    public=_ANYBODY,
    errors=("no_pdf", "no_evidence", "unsupported_media"),
    limits=_CHECKS,
    largest=MOST_BYTES,
)
def check_paper(asked: Asked) -> dict[str, Any]:
    """Checks a printed report; the file is read and forgotten."""
    from server.signoff.verify import verify  # a reader of PDFs that a start should not wait for

    if asked.request.mimetype != _PDF:
        raise Problem("unsupported_media")
    pdf = asked.request.get_data(cache=False)
    asked.release()
    found = verify(pdf, [_own_key(asked)])
    evidence = found.evidence
    return {
        "genuine": found.genuine,
        "known": found.known,
        "key": evidence.key,
        "number": evidence.paper.number,
        "provisional_number": evidence.paper.provisional_number,
        "hash": evidence.paper.fingerprint,
        "status": evidence.paper.status,
        "made_at": evidence.made_at,
        "device": found.device,
        "interim": found.interim,
        "differences": [vars(one) for one in found.differences],
    }


def _own_key(asked: Asked) -> str:
    return name_of(report_key(asked.services.secret))


def _link(asked: Asked, token: str) -> ReportLink:
    """The link, if it may be opened; guesses are counted against the address."""
    with asked.guessed(_WRONG):
        return find_link(asked.session, token, asked.now)


def _base(asked: Asked) -> str:
    return asked.services.config.public_url or asked.request.host_url.rstrip("/")


def _print(asked: Asked, report: Report, language: Language) -> Response:
    token = printed_token(asked.services.secret, report.id)
    paper = paper_of(asked.session, report, f"{_base(asked)}/c/{token}")
    if asked.session.get(ReportLink, token_hash(token)) is None:
        args = {"report_id": report.id, "token_hash": token_hash(token)}
        asked.execute("report.make_printed_link", args, actor=SYSTEM)
    asked.release()
    key = report_key(asked.services.secret)
    pdf = render(with_photos(paper, asked.services.blobs), language, asked.now, key)
    answer = Response(pdf, mimetype="application/pdf")
    name = report.number or report.provisional_number
    answer.headers.set("Content-Disposition", "inline", filename=f"{name}.pdf")
    answer.headers["Cache-Control"] = _PRIVATE
    return answer
