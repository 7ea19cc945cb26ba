"""HTTP of the demo company: who one can be, and putting it back."""

from typing import Any, Final

from server.core.actor import SYSTEM
from server.core.errors import Problem
from server.core.http.asked import Asked
from server.core.http.routes import Routes
from server.core.http.shapes import TEXT, WHOLE, listed, nullable, obj
from server.core.limits import Limit
from server.demo.company import password_of
from server.demo.reset import Reset, is_demo, progress
from server.demo.stage import demo_id, log_ins
from server.guests.api import drawn_label, label_token
from server.guests.queries import valid_label
from server.messages.queries import customers_messages
from server.messages.sender import follow_path

_WHY: Final = "the demo company is for everybody; a real company answers not_found"
_PERSON: Final = obj(role=TEXT, login=TEXT, password=TEXT, name_zh=TEXT, name_en=nullable(TEXT))
SHOWN_UNIT: Final = "LC365H-0001"  # whose warranty ends this week
_RESET: Final = obj(state={"enum": ["idle", "running", "failed"]}, done=WHOLE, of=WHOLE)

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
    secret = asked.services.secret
    return {"items": customers_messages(asked.session, lambda one: follow_path(secret, one))}


def _only_demo(asked: Asked) -> None:
    if not asked.services.config.demo or not is_demo(asked.session):
        raise Problem("not_found")
