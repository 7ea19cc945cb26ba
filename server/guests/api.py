"""HTTP for customers without an account: report a fault, add photos; and labels for the desk."""

import secrets
from hashlib import sha256
from typing import Any, Final

from flask import Response

from server.assets.models import Unit
from server.core.actor import SYSTEM, Actor
from server.core.errors import Problem
from server.core.http.asked import Asked
from server.core.http.routes import Routes
from server.core.http.shapes import ID, MOMENT, TEXT, WHOLE, YES_NO, Shape, listed, nullable, obj
from server.core.limits import Limit
from server.core.pictures import customer_copy, inspect
from server.guests import queries
from server.guests.commands import LABEL
from server.guests.models import GuestLink, GuestReport, UnitLabel
from server.guests.own import own, session_of
from server.guests.paper import label_picture
from server.guests.rules import (
    CODE_DIGITS,
    FOLLOWED_REPORT,
    PHOTO_BYTES,
    has_worked,
    hash_of_token,
    token_of,
)
from server.guests.schemas import CodeForm, FaultForm, FormQuery, OwnForm, WishForm
from server.guests.wishes import wishes_of
from server.requests.queries import request
from server.requests.reading import phone_as_kept
from server.signoff.rules import SIGN_REPORT, SIGNABLE
from server.visits.rules import photo_key
from sync.canonical import hash_of

_ANYBODY: Final = "a customer reports a fault without an account; nothing of the company's is told"
CUSTOMER: Final = "the token in the address is the permission: 256 bits, known by its hash alone"
ENDED: Final = ("not_found", "link_expired", "too_many")
READS: Final = (Limit("guest", "120/minute"),)
SENDS: Final = (Limit("guest_send", "40/hour"),)
_PHOTOS: Final = (Limit("guest_photo", "60/hour"),)
_WRONG: Final = Limit("guest_wrong", "60/hour")
# More than these are not refused: they cost the sender some seconds of computing.
_MANY: Final = Limit("guest_many", "4/hour")
_MANY_BY_PHONE: Final = Limit("guest_phone", "3/day")
_REPORT_DAYS: Final = 7
_CODES: Final = (Limit("guest_code", "30/hour"),)
_CODES_OF_PHONE: Final = Limit("guest_code_phone", "3/hour")
_TRIES_OF_PHONE: Final = Limit("guest_code_try", "5/10 minutes")
_BINARY: Final[Shape] = {"type": "string", "format": "binary"}

MACHINE: Final = obj(serial=TEXT, model_code=TEXT, model_name_zh=TEXT, model_name_en=nullable(TEXT))
COMPANY: Final = obj(
    name_zh=TEXT,
    name_en=nullable(TEXT),
    phone=nullable(TEXT),
    timezone=TEXT,
    currency=TEXT,
    privacy_zh=nullable(TEXT),
    privacy_en=nullable(TEXT),
)
_FORM: Final = obj(company=COMPANY, unit=nullable(MACHINE), photos=WHOLE)
_RECEIPT: Final = obj(token=TEXT, number=TEXT)
_WISH: Final = obj(
    id=ID,
    kind=TEXT,
    text=nullable(TEXT),
    status=TEXT,
    reply=nullable(TEXT),
    asked_at=MOMENT,
    answered_at=nullable(MOMENT),
)
_CASE: Final = obj(
    company=COMPANY,
    number=TEXT,
    order_number=nullable(TEXT),
    stage=TEXT,
    symptom=TEXT,
    received_at=MOMENT,
    unit=nullable(MACHINE),
    photos=WHOLE,
    window_start=nullable(MOMENT),
    window_end=nullable(MOMENT),
    technician=nullable(
        obj(name_zh=TEXT, name_en=nullable(TEXT), phone=nullable(TEXT), badge=nullable(TEXT))
    ),
    late_until=nullable(MOMENT),
    wishes=listed(_WISH),
    may=listed(TEXT),
    reached=YES_NO,
    report=nullable(obj(number=TEXT, status=TEXT)),
)
_OWN: Final = obj(
    company=COMPANY,
    phone=TEXT,
    units=listed(MACHINE),
    cases=listed(
        obj(
            number=TEXT,
            stage=TEXT,
            symptom=TEXT,
            received_at=MOMENT,
            report=nullable(TEXT),
            token=TEXT,
        )
    ),
    erasure=nullable(TEXT),
)
_LABELS: Final = obj(items=listed(obj(id=ID, created_at=MOMENT, revoked_at=nullable(MOMENT))))

routes = Routes("guests")


@routes.get(
    "/guest/form",
    query=FormQuery,
    answers=_FORM,
    public=_ANYBODY,
    errors=("not_found", "too_many"),
    limits=READS,
)
def fault_form(asked: Asked) -> dict[str, Any]:
    """Who a fault is reported to, and the machine whose label was scanned."""
    found = queries.fault_form(asked.session, asked.query["label"])
    if asked.query["label"] is not None and found["unit"] is None:
        asked.release()
        asked.services.limiter.count(_WRONG, asked.address)
    return found


@routes.post(
    "/guest/reports",
    body=FaultForm,
    answers=_RECEIPT,
    public=_ANYBODY,
    errors=("id_reused", "not_found", "too_many", "work_needed"),
    limits=SENDS,
)
def report_fault(asked: Asked) -> dict[str, Any]:
    """Takes a fault in; the same report again is answered by the same link."""
    form = dict(asked.body)
    website, work, label = (form.pop(name) for name in ("website", "work", "label"))
    known = asked.session.get(GuestReport, form["report_id"]) is not None
    asked.release()
    if not known and not has_worked(form["report_id"], work):
        _look_for_spam(asked, form["phone"], website)
    token = token_of(asked.services.secret, FOLLOWED_REPORT, form["report_id"])
    more = {
        "label_hash": hash_of_token(label) if label else None,
        "token_hash": hash_of_token(token),
        "content_hash": hash_of({**form, "label": label}),
        "language": asked.language,
    }
    done = asked.execute("guest.report_fault", form | more)
    return {"token": token, "number": done.value["number"]}


def _look_for_spam(asked: Asked, phone: str, website: str | None) -> None:
    """Asks for some computing where many come from one address or phone, or a program fills in
    what people don't see.

    Raises:
        Problem: `work_needed`.
    """
    try:
        asked.services.limiter.count(_MANY, asked.address)
        asked.services.limiter.count(_MANY_BY_PHONE, phone_as_kept(phone))
    except Problem as problem:
        raise Problem("work_needed") from problem
    if website:
        raise Problem("work_needed")


@routes.get("/guest/cases/<token>", answers=_CASE, public=CUSTOMER, errors=ENDED, limits=READS)
def case(asked: Asked, token: str) -> dict[str, Any]:
    """How far it is with what the customer reported."""
    return queries.case(asked.session, open_link(asked, token))


@routes.post(
    "/guest/cases/<token>/photos",
    body=_BINARY,
    takes="application/octet-stream",
    answers=obj(sha256=TEXT),
    public=CUSTOMER,
    errors=(
        *ENDED,
        *("too_large", "upload_not_image", "upload_bomb", "upload_truncated"),
    ),
    limits=_PHOTOS,
    largest=PHOTO_BYTES,
)
def add_photo(asked: Asked, token: str) -> dict[str, str]:
    """A photo of the fault: looked at, freed of place and camera, and kept; again is no matter."""
    link = open_link(asked, token)
    asked.release()
    sent = asked.request.get_data(cache=False)
    inspect(sent)
    data, _media = customer_copy(sent)
    picture, digest = inspect(data), sha256(data).hexdigest()
    asked.services.blobs.put(photo_key(digest), data)
    facts = {"media_type": picture.media_type, "width": picture.width, "height": picture.height}
    stored = {"sha256": digest, "bytes": len(data), **facts}
    asked.execute("photo.stored", stored, actor=SYSTEM)
    asked.execute("guest.add_photo", {"link_id": link.id, "sha256": digest}, actor=actor_of(link))
    return {"sha256": digest}


@routes.post(
    "/guest/cases/<token>/wishes",
    body=WishForm,
    answers=obj(status=TEXT),
    public=CUSTOMER,
    errors=(*ENDED, "id_reused", "transition_refused"),
    limits=SENDS,
)
def ask_for(asked: Asked, token: str) -> dict[str, str]:
    """The customer asks for another time or for no visit; the same wish again is one."""
    link = open_link(asked, token)
    asked.execute("guest.wish", {"link_id": link.id, **asked.body}, actor=actor_of(link))
    return {"status": "asked"}


@routes.post(
    "/guest/cases/<token>/report",
    answers=obj(token=TEXT),
    public=CUSTOMER,
    errors=ENDED,
    limits=READS,
)
def open_report(asked: Asked, token: str) -> dict[str, str]:
    """A link of its own to the report: to read it, or to sign it while that is to be done."""
    order_id = queries.order_of(asked.session, open_link(asked, token))
    report = queries.latest_report(asked.session, order_id) if order_id else None
    if report is None:
        raise Problem("not_found")
    purpose = SIGN_REPORT if report.status in SIGNABLE else "read_report"
    made = token_of(asked.services.secret, f"followed {purpose}", report.id)
    named = {"report_id": report.id, "token_hash": hash_of_token(made), "purpose": purpose}
    asked.execute("report.make_followed_link", {**named, "days": _REPORT_DAYS}, actor=SYSTEM)
    return {"token": made}


@routes.post(
    "/guest/codes",
    body=CodeForm,
    answers=obj(status=TEXT),
    status=202,
    public=_ANYBODY,
    errors=("too_many", "no_sms"),
    limits=_CODES,
)
def ask_code(asked: Asked) -> dict[str, str]:
    """Sends a one-time code to a phone; the answer is the same whether we know it or not.

    Where no SMS gateway is set up nobody waits for a code; the demo shows its own.
    """
    config, phone = asked.services.config, asked.body["phone"]
    if not (config.sms_url or config.demo):
        raise Problem("no_sms")
    asked.services.limiter.count(_CODES_OF_PHONE, phone_as_kept(phone))
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    told = {"phone": phone, "code": code, "language": asked.language}
    asked.execute("guest.ask_code", told)
    return {"status": "sent"}


@routes.post(
    "/guest/own",
    body=OwnForm,
    answers=obj(token=TEXT),
    public=_ANYBODY,
    errors=("too_many", "wrong_code"),
    limits=_CODES,
)
def open_own(asked: Asked) -> dict[str, str]:
    """What is the phone's own, for whoever has the code; tries are counted by phone."""
    asked.services.limiter.count(_TRIES_OF_PHONE, phone_as_kept(asked.body["phone"]))
    token = secrets.token_urlsafe(32)
    asked.execute("guest.open_own", {**asked.body, "token_hash": hash_of_token(token)})
    return {"token": token}


@routes.get("/guest/own/<token>", answers=_OWN, public=CUSTOMER, errors=ENDED, limits=READS)
def read_own(asked: Asked, token: str) -> dict[str, Any]:
    """Own machines, open requests, orders and reports."""
    phone = own_phone(asked, token)
    return own(asked.session, phone, asked.services.secret)


@routes.post(
    "/guest/own/<token>/erasure",
    answers=obj(status=TEXT),
    public=CUSTOMER,
    errors=ENDED,
    limits=SENDS,
)
def ask_erasure(asked: Asked, token: str) -> dict[str, str]:
    """Asks that what is known of the phone's owner is erased."""
    own_phone(asked, token)
    asked.execute("guest.ask_erasure", {"token_hash": hash_of_token(token)})
    return {"status": "asked"}


def own_phone(asked: Asked, token: str) -> str:
    """Whose phone a session is for; guesses are counted against the address."""
    with asked.guessed(_WRONG):
        return session_of(asked.session, token, asked.now).phone


def open_link(asked: Asked, token: str) -> GuestLink:
    """The link, if it may be opened; guesses are counted against the address."""
    with asked.guessed(_WRONG):
        return queries.find_link(asked.session, token, asked.now)


def actor_of(link: GuestLink) -> Actor:
    """Who acts by a link: nobody but the link is known."""
    return Actor(kind="link", person_id=link.id)


@routes.get(
    "/requests/<request_id>/photos",
    answers=obj(items=listed(TEXT), wishes=listed(_WISH)),
    permission="request.read",
    errors=("not_found",),
)
def request_photos(asked: Asked, request_id: str) -> dict[str, Any]:
    """What a customer sent by a link: the hashes of the photos, and what was asked since."""
    request(asked.session, asked.actor, request_id)  # in scope, or not found
    wishes = wishes_of(asked.session, order_id=None, request_id=request_id)
    return {"items": queries.photos_of(asked.session, request_id), "wishes": wishes}


@routes.get(
    "/units/<unit_id>/labels", answers=_LABELS, permission="unit.read", errors=("not_found",)
)
def labels(asked: Asked, unit_id: str) -> dict[str, Any]:
    """The labels that were made for a unit, newest first."""
    return queries.labels(asked.session, asked.actor, unit_id)


@routes.get(
    "/units/<unit_id>/label",
    answers=_BINARY,
    media="image/svg+xml",
    permission="unit_label.make",
    errors=("not_found",),
)
def label(asked: Asked, unit_id: str) -> Response:
    """A unit's label, to print and stick on the machine."""
    unit, found = queries.valid_label(asked.session, asked.actor, unit_id)
    answer = Response(drawn_label(asked, unit, found), mimetype="image/svg+xml")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def drawn_label(asked: Asked, unit: Unit, found: UnitLabel) -> bytes:
    """A label as a picture, in the language of who asks for it."""
    machine = queries.machine(asked.session, unit)
    company = queries.company_of(asked.session)
    name = (company["name_en"] if asked.language == "en" else None) or company["name_zh"]
    address = f"{_base(asked)}/c/u/{label_token(asked, found)}"
    return label_picture(address, machine, name, company["phone"], asked.language)


def label_token(asked: Asked, found: UnitLabel) -> str:
    """The token in a label's code, made again."""
    return token_of(asked.services.secret, LABEL, found.id)


def _base(asked: Asked) -> str:
    return asked.services.config.public_url or asked.request.host_url.rstrip("/")
