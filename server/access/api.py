"""HTTP of log-ins, devices, forgotten passwords and the first set-up."""

import hmac
import secrets
from dataclasses import replace
from typing import Any, Final

from flask import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.access import queries, schemas
from server.config import Config
from server.core import feed
from server.core.actor import SYSTEM
from server.core.clock import to_text
from server.core.commands import Call, UnitOfWork
from server.core.errors import Problem
from server.core.http.answers import json_answer
from server.core.http.asked import COOKIE, Asked
from server.core.http.routes import Routes
from server.core.http.shapes import (
    ID,
    MOMENT,
    TEXT,
    WHOLE,
    YES_NO,
    listed,
    nullable,
    obj,
    page_of,
    record,
)
from server.core.limits import Limit
from server.core.paging import LARGEST, Paging
from server.core.permissions import may
from server.people import queries as people
from server.people.models import Device, LoginSession, Person
from server.people.passwords import fits, hash_password
from server.people.rules import code_hash, login_of
from server.signoff.sealed import opened_key

AGENT_LENGTH: Final = 400
PER_LOGIN: Final = Limit("login", "10/15 minutes")
PER_ADDRESS: Final = Limit("address", "100/15 minutes")
CODES: Final = Limit("codes", "20/15 minutes")

_SHORT: Final = obj(id=ID, name_zh=TEXT, name_en=nullable(TEXT))
_OPENED: Final = obj(token=TEXT, session_id=ID, expires_at=MOMENT)
_SESSIONS: Final = page_of(
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
_DEVICES: Final = page_of(
    obj(
        id=ID,
        code=TEXT,
        name=nullable(TEXT),
        platform=nullable(TEXT),
        app=nullable(TEXT),
        created_at=MOMENT,
        last_seen_at=nullable(MOMENT),
        revoked_at=nullable(MOMENT),
        pending=nullable(WHOLE),
        pending_photos=nullable(WHOLE),
        oldest_unsent=nullable(MOMENT),
        locked=nullable(YES_NO),
        protocol=nullable(WHOLE),
    )
)
_ME: Final = obj(
    person={"type": "object"},
    roles=listed(TEXT),
    permissions=listed(TEXT),
    branch=nullable(_SHORT),
    provider=nullable(_SHORT),
    company=nullable(record("company")),
    demo=YES_NO,
)
_STEPS: Final = obj(**dict.fromkeys(queries.STEPS, YES_NO))
_SETUP: Final = obj(demo=YES_NO, needs_admin=YES_NO, steps=nullable(_STEPS))

routes = Routes("access")


@routes.post(
    "/sessions",
    body=schemas.LogIn,
    answers=_OPENED,
    status=201,
    public="this is how one gets a session",
    errors=("wrong_login", "account_disabled", "too_many"),
)
def log_in(asked: Asked) -> Response:
    """Logs in: a session cookie, and the same token for programs."""
    login = login_of(asked.body["login"])
    tries = [(PER_LOGIN, login), (PER_ADDRESS, asked.address)]
    with asked.services.limiter.unless_it_succeeds(tries):
        query = select(Person.id, Person.password_hash, Person.active).where(Person.login == login)
        found = asked.session.execute(query).one_or_none()
        asked.release()
        if not fits(asked.body["password"], found.password_hash if found else None):
            raise Problem("wrong_login")
    assert found is not None, "nobody's password is never right"
    person_id = found.id
    return asked.transact(lambda work: _open(asked, work, person_id))


def _open(asked: Asked, work: UnitOfWork, person_id: str) -> Response:
    """Opens a session; only the hash of its token is kept."""
    token = secrets.token_urlsafe(32)
    days = asked.services.config.session_days
    ends = queries.session_ends(asked.now, days)
    args = {
        "person_id": person_id,
        "token_hash": queries.hash_of(token),
        "agent": (asked.request.headers.get("User-Agent") or "?")[:AGENT_LENGTH],
        "expires_at": to_text(ends),
    }
    opened = work.execute(SYSTEM, Call("session.open", args)).value
    answer = {"token": token, "session_id": opened["id"], "expires_at": to_text(ends)}
    response = json_answer(answer, 201)
    response.set_cookie(
        COOKIE,
        token,
        max_age=days * 86400,
        httponly=True,
        samesite="Lax",
        secure=asked.request.is_secure,
    )
    return response


@routes.get("/sessions", answers=_SESSIONS)
def own_sessions(asked: Asked) -> dict[str, Any]:
    """One's own log-ins, those used last first."""
    return people.sessions(asked.session, asked.actor, str(asked.actor.person_id))


@routes.delete("/sessions/current", drain=True)
def log_out(asked: Asked) -> Response:
    """Logs out; what is still on the phone stays there."""
    asked.execute("session.close", {}, actor=replace(asked.actor, drain_only=False))
    response = Response(status=204)
    response.delete_cookie(COOKIE, httponly=True, samesite="Lax", secure=asked.request.is_secure)
    return response


@routes.delete("/sessions/<session_id>", errors=("not_found",))
def revoke_session(asked: Asked, session_id: str) -> None:
    """Ends another log-in: one's own, or as an administrator anybody's."""
    asked.execute("session.revoke", {"session_id": session_id})


@routes.get("/me", answers=_ME, quiet=True)
def me(asked: Asked) -> dict[str, Any]:
    """Who is logged in, and what they may do."""
    return people.me(asked.session, asked.actor) | {"demo": asked.services.config.demo}


@routes.post(
    "/me/password",
    body=schemas.ChangePassword,
    answers=None,
    status=204,
    errors=("wrong_login", "too_many"),
)
def change_password(asked: Asked) -> None:
    """Changes one's own password, and ends one's other log-ins."""
    person_id = str(asked.actor.person_id)
    others = _other_sessions(asked.session, person_id, asked.actor.session_id)
    _prove(asked, asked.body["old"])
    new = {"person_id": person_id, "password_hash": hash_password(asked.body["new"])}

    def change(work: UnitOfWork) -> None:
        work.execute(SYSTEM, Call("person.set_password", new))
        for session_id in others:
            work.execute(asked.actor, Call("session.revoke", {"session_id": session_id}))

    asked.transact(change)


@routes.post(
    "/me/lock-key",
    body=schemas.OpenLock,
    answers=obj(key=TEXT),
    errors=("wrong_login", "lock_not_ours", "too_many"),
)
def open_lock(asked: Asked) -> dict[str, str]:
    """Opens the key of one's own app lock, whose words are forgotten; the session alone, which
    whoever finds a phone has, is no proof (decision 13)."""
    person_id = str(asked.actor.person_id)
    _prove(asked, asked.body["password"])
    key = opened_key(asked.services.secret, asked.body["box"], person_id)
    if key is None:
        raise Problem("lock_not_ours")
    return {"key": key}


def _prove(asked: Asked, password: str) -> None:
    """Raises Problem `wrong_login` unless it is the person's password; `too_many` tries."""
    person_id = str(asked.actor.person_id)
    kept = asked.session.scalar(select(Person.password_hash).where(Person.id == person_id))
    asked.release()
    with asked.services.limiter.unless_it_succeeds([(PER_LOGIN, person_id)]):
        if not fits(password, kept):
            raise Problem("wrong_login")


def _other_sessions(session: Session, person_id: str, current: str | None) -> list[str]:
    query = select(LoginSession.id).where(
        LoginSession.person_id == person_id,
        LoginSession.id != current,
        LoginSession.revoked_at.is_(None),
    )
    return list(session.scalars(query))


@routes.post(
    "/password-resets",
    body=schemas.UseReset,
    answers=None,
    status=204,
    public="whoever forgot the password cannot log in",
    errors=("reset_expired", "account_disabled", "too_many"),
)
def use_reset(asked: Asked) -> None:
    """Sets a new password by the code that an administrator made (`person.issue_reset`)."""
    args = {"code_hash": code_hash(asked.body["code"])}
    with asked.services.limiter.unless_it_succeeds([(CODES, asked.address)]):
        args["password_hash"] = hash_password(asked.body["password"])
        asked.execute("person.use_reset", args, actor=SYSTEM.speaking(asked.language))


@routes.post(
    "/devices",
    body=schemas.NameDevice,
    answers=obj(id=ID, code=TEXT),
    status=201,
    errors=("id_reused",),
)
def name_device(asked: Asked) -> dict[str, Any]:
    """Names this device and binds the session to it; `code` begins provisional numbers."""
    named: dict[str, Any] = asked.execute("device.register", asked.body).value
    return named


@routes.get("/devices", query=schemas.DeviceFilter, answers=_DEVICES, errors=("not_found",))
def list_devices(asked: Asked) -> dict[str, Any]:
    """Devices of the people one may see; one's own without that permission."""
    paging = Paging(size=LARGEST)
    if not may(asked.actor, "people.read"):
        return people.own_devices(asked.session, asked.actor, paging)
    return people.devices(asked.session, asked.actor, asked.query["person"], paging)


@routes.delete("/devices/<device_id>", errors=("not_found",))
def revoke_device(asked: Asked, device_id: str) -> None:
    """Revokes a device: it gets nothing more, and can still hand in what it has."""
    owner = asked.session.scalar(select(Device.person_id).where(Device.id == device_id))
    own = owner == asked.actor.person_id
    name = "device.revoke_own" if own else "device.revoke"
    asked.execute(name, {"device_id": device_id})


@routes.get("/setup", answers=_SETUP, public="says how far the installation is, of nobody")
def setup(asked: Asked) -> dict[str, Any]:
    """How far the installation is on its way to the first order."""
    steps = queries.steps(asked.session) if _is_logged_in(asked) else None
    return {
        "demo": asked.services.config.demo,
        "needs_admin": queries.needs_admin(asked.session),
        "steps": steps,
    }


def _is_logged_in(asked: Asked) -> bool:
    try:
        asked.services.doorkeeper.admit(asked.reader, asked.token or "", asked.now)
    except Problem:
        return False
    return True


@routes.post(
    "/setup",
    body=schemas.SetUp,
    answers=_OPENED,
    status=201,
    public="the one-time link of an empty installation is the proof",
    errors=("setup_done", "link_expired", "too_many"),
)
def make_first_admin(asked: Asked) -> Response:
    """Makes the first administrator by the one-time link, and logs in."""
    if not queries.needs_admin(asked.session):
        raise Problem("setup_done")
    right = setup_token(asked.services.config, feed.head(asked.session)[1])
    asked.release()
    with asked.services.limiter.unless_it_succeeds([(CODES, asked.address)]):
        if not hmac.compare_digest(right.encode(), asked.body["token"].encode()):
            raise Problem("link_expired")
    names = {name: asked.body[name] for name in ("login", "name_zh", "name_en")}
    args = {**names, "password_hash": hash_password(asked.body["password"])}

    def make(work: UnitOfWork) -> Response:
        made = work.execute(SYSTEM, Call("setup.make_admin", args)).value
        return _open(asked, work, made["id"])

    return asked.transact(make)


def setup_token(config: Config, checkpoint: str) -> str:
    """The secret part of the set-up link: known to whoever can read this installation's key.

    Args:
        config: with the signing key.
        checkpoint: of the database, so that the link of an earlier one does not work here.
    """
    return hmac.new(config.secret(), f"setup {checkpoint}".encode(), "sha256").hexdigest()[:40]
