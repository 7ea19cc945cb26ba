"""HTTP reads of people, branches and providers."""

from typing import Any

from server.core.http.asked import Asked
from server.core.http.routes import Routes
from server.core.http.shapes import (
    DAY,
    ID,
    MOMENT,
    TEXT,
    WHOLE,
    YES_NO,
    Shape,
    listed,
    nullable,
    obj,
    page_of,
    record,
)
from server.core.schemas import ListArgs
from server.people import queries, schemas

NAMED: Shape = obj(id=ID, name_zh=TEXT, name_en=nullable(TEXT))
PERSON_SHORT: Shape = obj(
    id=ID, name_zh=TEXT, name_en=nullable(TEXT), phone=nullable(TEXT), badge=nullable(TEXT)
)
_PERSON = obj(
    **PERSON_SHORT["properties"],
    login=TEXT,
    language=TEXT,
    roles=listed(TEXT),
    active=YES_NO,
    branch=nullable(NAMED),
    provider=nullable(NAMED),
    last_contact_at=nullable(MOMENT),
    pending=nullable(WHOLE),
    pending_photos=nullable(WHOLE),
    oldest_unsent=nullable(MOMENT),
)
_SESSIONS = page_of(
    obj(
        id=ID,
        agent=nullable(TEXT),
        device_name=nullable(TEXT),
        created_at=MOMENT,
        last_seen_at=MOMENT,
        expires_at=MOMENT,
        revoked_at=nullable(MOMENT),
        current=YES_NO,
    )
)

routes = Routes("people")


@routes.get(
    "/people", query=schemas.PeopleQuery, answers=page_of(_PERSON), permission="people.read"
)
def list_people(asked: Asked) -> dict[str, Any]:
    """People of one's branch or provider, with how their phones stand."""
    wish = queries.PeopleFilter(
        active=asked.query["active"],
        role=asked.query["role"],
        branch_id=asked.query["branch"],
        q=asked.query["q"],
    )
    return queries.people(asked.session, asked.actor, wish, asked.query["paging"])


@routes.get("/people/<person_id>", answers=_PERSON, permission="people.read", errors=("not_found",))
def one_person(asked: Asked, person_id: str) -> dict[str, Any]:
    """One person."""
    return queries.person(asked.session, asked.actor, person_id)


@routes.get(
    "/people/<person_id>/sessions",
    answers=_SESSIONS,
    permission="session.read",
    errors=("not_found",),
)
def sessions_of(asked: Asked, person_id: str) -> dict[str, Any]:
    """Log-ins of a person, those used last first."""
    return queries.sessions(asked.session, asked.actor, person_id)


@routes.get(
    "/people/<person_id>/certificates",
    answers=obj(
        items=listed(obj(id=ID, kind=TEXT, number=nullable(TEXT), valid_through=nullable(DAY)))
    ),
    permission="people.read",
    errors=("not_found",),
)
def certificates_of(asked: Asked, person_id: str) -> dict[str, Any]:
    """What a person is certified for."""
    return queries.certificates(asked.session, asked.actor, person_id)


@routes.get(
    "/branches",
    query=ListArgs,
    answers=page_of(record("branch")),
    permission="people.read",
)
def list_branches(asked: Asked) -> dict[str, Any]:
    """The branches that one may see."""
    return queries.branches(asked.session, asked.actor, asked.query["q"], asked.query["paging"])


@routes.get(
    "/providers",
    query=ListArgs,
    answers=page_of(record("provider")),
    permission="people.read",
)
def list_providers(asked: Asked) -> dict[str, Any]:
    """The service providers that one may see."""
    return queries.providers(asked.session, asked.actor, asked.query["q"], asked.query["paging"])
