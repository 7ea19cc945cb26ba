"""Photos handed out: to whoever may see the record that names them."""

from typing import Any, Final

from flask import Response
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.core.actor import Actor
from server.core.errors import Problem
from server.core.http.asked import Asked
from server.core.http.routes import Routes
from server.core.permissions import in_scope, visible
from server.core.pictures import as_jpeg
from server.core.schemas import Args, choice
from server.guests.models import RequestPhoto
from server.orders.models import Order
from server.requests.models import Request
from server.visits.models import Photo, PhotoFile, Visit
from server.visits.rules import photo_key

_FOREVER: Final = "private, max-age=31536000, immutable"
_PICTURE: Final = {"type": "string", "format": "binary"}

routes = Routes("photos")


class PhotoForm(Args):
    """In which form."""

    form = choice(("as_it_is", "jpeg"), required=False, default="as_it_is")


@routes.get(
    "/photos/<sha256>",
    query=PhotoForm,
    answers=_PICTURE,
    media="image/*",
    errors=("not_found", "range"),
    quiet=True,
    headers=(("Range", "Some of its bytes."), ("If-None-Match", "Its hash, if it is known.")),
)
def photo(asked: Asked, sha256: str) -> Response:
    """A photo's file, for whoever may see a record that names it."""
    file = _file(asked.session, asked.actor, sha256)
    asked.release()
    jpeg = asked.query["form"] == "jpeg" and file.media_type != "image/jpeg"
    answer = Response(mimetype="image/jpeg" if jpeg else file.media_type)
    tag = f"{sha256}-jpeg" if jpeg else sha256
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = _FOREVER
    if not asked.request.if_none_match.contains(tag):
        data = asked.services.blobs.get(photo_key(sha256))
        answer.set_data(as_jpeg(data) if jpeg else data)
    size = answer.content_length or 0
    answer.make_conditional(asked.request, accept_ranges=True, complete_length=size)
    return answer


def _file(session: Session, actor: Actor, digest: str) -> PhotoFile:
    file = session.get(PhotoFile, digest)
    if file is None or not may_see(session, actor, digest):
        raise Problem("not_found")
    return file


def may_see(session: Session, actor: Actor, digest: str) -> bool:
    """Whether a file is here and the actor may see a record that names it.

    Args:
        session: to read with.
        actor: a person; a revoked device sees nothing.
        digest: SHA-256 of the file, in hexadecimal.
    """
    if actor.drain_only:
        return False
    query: Any = (
        select(Photo.id)
        .join(Order, Order.id == Photo.order_id)
        .outerjoin(Visit, Visit.id == Photo.visit_id)
        .where(Photo.sha256 == digest, Photo.stored_at.is_not(None))
    )
    condition = in_scope(Order, actor, "order.read")
    if condition is not None:
        query = query.where(or_(condition, Visit.person_id == actor.person_id))
    return session.scalar(query.limit(1)) is not None or _of_a_request(session, actor, digest)


def _of_a_request(session: Session, actor: Actor, digest: str) -> bool:
    """Whether a customer sent it with a request that the actor may see."""
    query = (
        select(RequestPhoto.id)
        .join(Request, Request.id == RequestPhoto.request_id)
        .where(RequestPhoto.sha256 == digest)
    )
    return session.scalar(visible(query, Request, actor, "request.read").limit(1)) is not None
