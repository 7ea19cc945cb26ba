"""Reads for customers: what a label names, what a link follows; and labels for the desk."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.assets.models import Unit
from server.catalogue.models import ProductModel
from server.core.actor import Actor
from server.core.clock import from_text, to_text
from server.core.errors import Problem
from server.core.permissions import visible
from server.core.records import to_json
from server.guests.models import GuestLink, RequestPhoto, UnitLabel
from server.guests.preferences import reach_of
from server.guests.rules import (
    LONGEST_TOKEN,
    MOST_PHOTOS,
    WISHES,
    WITH_TECHNICIAN,
    hash_of_token,
    late_arrival,
    stage_of,
    works,
)
from server.guests.wishes import wishes_of
from server.orders.models import Order
from server.people.models import Company, Person
from server.requests.models import Request
from server.signoff.models import Report

Json = dict[str, Any]


def fault_form(session: Session, label: str | None) -> Json:
    """What the page for reporting a fault shows; a label that names nothing is no error."""
    unit = labelled(session, label)
    return {
        "company": company_of(session),
        "unit": machine(session, unit) if unit else None,
        "photos": MOST_PHOTOS,
    }


def company_of(session: Session) -> Json:
    """The company as its customers see it.

    Raises:
        Problem: `not_found` before there is one.
    """
    company = session.scalars(select(Company)).one_or_none()
    if company is None:
        raise Problem("not_found")
    names = ("name_zh", "name_en", "phone", "timezone", "currency", "privacy_zh", "privacy_en")
    return {name: getattr(company, name) for name in names}


def labelled(session: Session, label: str | None) -> Unit | None:
    """The unit that a scanned label names, while it is valid."""
    if label is None or len(label) > LONGEST_TOKEN:
        return None
    query = (
        select(Unit)
        .join(UnitLabel, UnitLabel.unit_id == Unit.id)
        .where(UnitLabel.token_hash == hash_of_token(label), UnitLabel.revoked_at.is_(None))
    )
    return session.scalar(query)


def machine(session: Session, unit: Unit) -> Json:
    """A machine as its own nameplate tells it: neither whose it is nor where."""
    model = session.get_one(ProductModel, unit.model_id)
    return {
        "serial": unit.serial,
        "model_code": model.code,
        "model_name_zh": model.name_zh,
        "model_name_en": model.name_en,
    }


def find_link(session: Session, token: str, now: datetime) -> GuestLink:
    """The link of a token.

    Raises:
        Problem: `not_found` for a token that was never given out, `link_expired` for one that
            has run out or was revoked.
    """
    known = len(token) <= LONGEST_TOKEN
    link = session.get(GuestLink, hash_of_token(token)) if known else None
    if link is None:
        raise Problem("not_found")
    if not works(now, link.expires_at, link.revoked_at):
        raise Problem("link_expired")
    return link


def case(session: Session, link: GuestLink) -> Json:
    """What a link follows, as its customer is told of it: nothing from inside."""
    request = session.get(Request, link.request_id) if link.request_id else None
    order_id = link.order_id or (request.order_id if request else None)
    order = session.get(Order, order_id) if order_id else None
    about = order or request
    if about is None:
        raise Problem("not_found")
    stage = stage_of(request.status if request else None, order.status if order else None)
    unit = session.get(Unit, about.unit_id) if about.unit_id else None
    return {
        "company": company_of(session),
        "number": request.number if request else about.number,
        "order_number": order.number if order else None,
        "stage": stage,
        "symptom": about.symptom,
        "received_at": to_json(about.received_at),
        "unit": machine(session, unit) if unit else None,
        "photos": len(photos_of(session, request.id)) if request else 0,
        "window_start": to_json(order.window_start) if order else None,
        "window_end": to_json(order.window_end) if order else None,
        "technician": _technician(session, order, stage),
        "late_until": _late(order, stage) if order else None,
        "wishes": wishes_of(session, order_id=order_id, request_id=request.id if request else None),
        "may": [kind for kind, stages in WISHES.items() if stage in stages],
        "reached": reach_of(session, order, request) is not None,
        "report": _report(session, order_id) if order_id else None,
    }


def _late(order: Order, stage: str) -> str | None:
    """When the technician arrives who has said that they are late, until they are there."""
    told = [one for one in order.answers or [] if one.get("what") == "late"]
    if not told or stage not in ("planned", "on_the_way"):
        return None
    last = told[-1]
    return to_text(late_arrival(order.window_start, from_text(last["at"]), last["minutes"]))


def _report(session: Session, order_id: str) -> Json | None:
    found = latest_report(session, order_id)
    if found is None:
        return None
    return {"number": found.number or found.provisional_number, "status": found.status}


def latest_report(session: Session, order_id: str) -> Report | None:
    """The report of an order that was presented last."""
    query = select(Report).where(Report.order_id == order_id)
    newest = query.order_by(Report.presented_at.desc(), Report.id.desc())
    return session.scalars(newest.limit(1)).first()


def order_of(session: Session, link: GuestLink) -> str | None:
    """The order that a link follows, of its own or of its request."""
    request = session.get(Request, link.request_id) if link.request_id else None
    return link.order_id or (request.order_id if request else None)


def _technician(session: Session, order: Order | None, stage: str) -> Json | None:
    if order is None or order.assignee_id is None or stage not in WITH_TECHNICIAN:
        return None
    person = session.get_one(Person, order.assignee_id)
    return {name: getattr(person, name) for name in ("name_zh", "name_en", "phone", "badge")}


def unit_in_scope(session: Session, actor: Actor, unit_id: str) -> Unit:
    """The unit, if the reader may see it.

    Raises:
        Problem: `not_found`.
    """
    query = visible(select(Unit).where(Unit.id == unit_id), Unit, actor, "unit.read")
    found: Unit | None = session.scalar(query)
    if found is None:
        raise Problem("not_found")
    return found


def labels(session: Session, actor: Actor, unit_id: str) -> Json:
    """A unit's labels, newest first; never their tokens."""
    unit_in_scope(session, actor, unit_id)
    query = select(UnitLabel).where(UnitLabel.unit_id == unit_id)
    rows = session.scalars(query.order_by(UnitLabel.created_at.desc(), UnitLabel.id))
    moments = ("created_at", "revoked_at")
    return {
        "items": [
            {"id": row.id, **{name: to_json(getattr(row, name)) for name in moments}}
            for row in rows
        ]
    }


def valid_label(session: Session, actor: Actor, unit_id: str) -> tuple[Unit, UnitLabel]:
    """The unit and its newest label that still works.

    Raises:
        Problem: `not_found`.
    """
    unit = unit_in_scope(session, actor, unit_id)
    query = select(UnitLabel).where(UnitLabel.unit_id == unit_id, UnitLabel.revoked_at.is_(None))
    label = session.scalar(query.order_by(UnitLabel.created_at.desc(), UnitLabel.id).limit(1))
    if label is None:
        raise Problem("not_found")
    return unit, label


def photos_of(session: Session, request_id: str) -> list[str]:
    """The hashes of a request's photos, in the order in which they came."""
    query = select(RequestPhoto.sha256).where(RequestPhoto.request_id == request_id)
    return list(session.scalars(query.order_by(RequestPhoto.added_at, RequestPhoto.id)))
