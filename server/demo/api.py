"""HTTP of the demo company: who one can be, and putting it back."""

from typing import Any, Final

from flask import Response
from sqlalchemy import select

from server.core.actor import SYSTEM
from server.core.errors import Problem
from server.core.http.asked import Asked
from server.core.http.routes import Routes
from server.core.http.shapes import TEXT, WHOLE, Shape, listed, nullable, obj
from server.core.limits import Limit
from server.demo.company import password_of
from server.demo.forgery import forged
from server.demo.photos import take
from server.demo.reset import Reset, is_demo, progress
from server.demo.stage import demo_id, log_ins
from server.guests.api import drawn_label, label_token
from server.guests.models import GuestLink
from server.guests.queries import valid_label
from server.guests.rules import hash_of_token
from server.messages.models import Message
from server.messages.queries import customers_messages
from server.messages.sender import follow_path
from server.signoff import queries
from server.signoff.evidence import report_key
from server.signoff.models import Report
from server.signoff.printing import paper_of, with_photos

_WHY: Final = "the demo company is for everybody; a real company answers not_found"
_PERSON: Final = obj(role=TEXT, login=TEXT, password=TEXT, name_zh=TEXT, name_en=nullable(TEXT))
SHOWN_UNIT: Final = "LC365H-0001"  # whose warranty ends this week
_RESET: Final = obj(state={"enum": ["idle", "running", "failed"]}, done=WHOLE, of=WHOLE)
_BINARY: Final[Shape] = {"type": "string", "format": "binary"}
_SCENES: Final = {"leak": 1, "sealed": 2}  # what the story photographs, and how the hand shakes

routes = Routes("demo")


@routes.get(
    "/demo", answers=obj(people=listed(_PERSON), reset=_RESET), public=_WHY, errors=("not_found",)
)
def demo(asked: Asked) -> dict[str, Any]:
    """The people of the demo company, and how far a reset is."""
    _only_demo(asked)
    people = [
        {
            "role": member.roles[0],
            "login": member.login,
            "password": password_of(member),
            "name_zh": member.name_zh,
            "name_en": member.name_en,
        }
        for member in log_ins()
    ]
    return {"people": people, "reset": progress(asked.session, asked.now)}


@routes.post(
    "/demo/reset",
    answers=obj(reset=_RESET),
    status=202,
    public=_WHY,
    errors=("not_found", "conflict"),
    limits=(Limit("demo_reset", "6/minute"),),
)
def reset(asked: Asked) -> dict[str, Any]:
    """Starts putting the demo company back as it was on the first day; ends all log-ins."""
    _only_demo(asked)
    asked.release()
    services = asked.services
    Reset(services.database, services.blobs, services.clock, services.config.timezone).begin()
    return {"reset": {"state": "running", "done": 0, "of": 0}}


@routes.get(
    "/demo/label",
    answers=obj(path=TEXT, picture=TEXT),
    public=_WHY,
    errors=("not_found",),
    limits=(Limit("demo_label", "60/minute"),),
)
def label(asked: Asked) -> dict[str, str]:
    """The label on one of the demo company's machines, as a customer would scan it."""
    _only_demo(asked)
    unit_id = demo_id("unit", SHOWN_UNIT)
    try:
        unit, found = valid_label(asked.session, SYSTEM, unit_id)
    except Problem:
        asked.execute("unit_label.make", {"unit_id": unit_id}, actor=SYSTEM)
        unit, found = valid_label(asked.session, SYSTEM, unit_id)
    picture = drawn_label(asked, unit, found).decode()
    return {"path": f"/c/u/{label_token(asked, found)}", "picture": picture}


@routes.get(
    "/demo/messages",
    answers=obj(items=listed(obj(phone=TEXT, text=TEXT))),
    public=_WHY,
    errors=("not_found",),
    limits=(Limit("demo_messages", "60/minute"),),
)
def messages(asked: Asked) -> dict[str, Any]:
    """What customers' phones would show: the last messages, one-time codes among them."""
    _only_demo(asked)
    secret, links = asked.services.secret, dict[str, str]()

    def link_of(message: Message) -> str:
        path = follow_path(secret, message)
        if message.order_id and path:
            links[hash_of_token(path.rpartition("/")[2])] = message.order_id
        return path

    items = customers_messages(asked.session, link_of)
    _make_links(asked, links)
    return {"items": items}


def _make_links(asked: Asked, links: dict[str, str]) -> None:
    """Makes the links that people read here: of a token's hash, the order.

    They are made when a message is sent; in the demo none is, where there is no gateway.
    """
    there = select(GuestLink.token_hash).where(GuestLink.token_hash.in_(links))
    for made in set(links) - set(asked.session.scalars(there)):
        named = {"order_id": links[made], "token_hash": made}
        asked.execute("guest.make_link", named, actor=SYSTEM)


@routes.get(
    "/demo/photos/<scene>",
    answers=_BINARY,
    media="image/jpeg",
    public=_WHY,
    errors=("not_found",),
    limits=(Limit("demo_photo", "60/minute"),),
)
def photo(asked: Asked, scene: str) -> Response:
    """What the camera of the story's phone sees."""
    _only_demo(asked)
    if scene not in _SCENES:
        raise Problem("not_found")
    asked.release()
    return Response(take(scene, _SCENES[scene]).data, mimetype="image/jpeg")


@routes.get(
    "/demo/forged/<report_id>",
    answers=_BINARY,
    media="application/pdf",
    permission="report.read",
    errors=("not_found",),
)
def forgery(asked: Asked, report_id: str) -> Response:
    """A report's PDF on which somebody altered one price."""
    _only_demo(asked)
    queries.report(asked.session, asked.actor, report_id)  # in scope, or not found
    services = asked.services
    paper = paper_of(asked.session, asked.session.get_one(Report, report_id), "")
    asked.release()
    whole, key = with_photos(paper, services.blobs), report_key(services.secret)
    return Response(forged(whole, asked.language, asked.now, key), mimetype="application/pdf")


def _only_demo(asked: Asked) -> None:
    if not asked.services.config.demo or not is_demo(asked.session):
        raise Problem("not_found")
