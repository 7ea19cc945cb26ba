"""Writes on the company, its branches and providers, and on people."""

import secrets
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from server.core.clock import to_text
from server.core.commands import Args, Context, command
from server.core.errors import Problem
from server.core.ids import new_id
from server.core.permissions import ROLES, may, sees_all
from server.core.rows import change, free, fresh_id, known
from server.core.rows import fetch as fetch_row
from server.people import schemas
from server.people.models import (
    Branch,
    Company,
    Device,
    DeviceKey,
    LoginSession,
    PasswordReset,
    Person,
    Provider,
)
from server.people.rules import (
    CODE_ALPHABET,
    CONTACT_MINUTES,
    DEVICE_CODE_LENGTH,
    RESET_CODE_LENGTH,
    code_hash,
    dashed,
    default_approval,
    reset_ends,
    reset_works,
    role_problem,
)


@command("company.create", schemas.CompanyCreate, permission="company.update")
def create_company(ctx: Context, args: Args) -> dict[str, str]:
    """Makes the company, of which there is one per installation."""
    _only_head_office(ctx)
    if ctx.session.scalar(select(Company.id)) is not None:
        raise Problem("conflict")
    _check_zone(args)
    return {"id": _new_company(ctx, args).id}


@command("company.update", schemas.CompanyUpdate)
def update_company(ctx: Context, args: Args) -> dict[str, str]:
    """Changes the company; the first of six steps to the first order makes it."""
    _only_head_office(ctx)
    _check_zone(args)
    company = ctx.session.scalars(select(Company)).one_or_none() or _new_company(ctx, args)
    change(company, args, ())
    ctx.about("company", company.id)
    return {"id": company.id}


def _new_company(ctx: Context, args: Args) -> Company:
    if "name_zh" not in args:
        raise Problem("invalid", {"name_zh": ["field_required"]})
    begin = {
        "timezone": "Asia/Shanghai",
        "currency": "CNY",
        "contact_minutes": CONTACT_MINUTES,
        "app_lock": False,
    }
    given = {name: value for name, value in args.items() if name != "company_id"}
    company = Company(id=fresh_id(ctx, Company, args.get("company_id")), **(begin | given))
    ctx.session.add(company)
    ctx.session.flush()
    ctx.about("company", company.id)
    ctx.event("company.created", company_id=company.id)
    return company


def _check_zone(args: Args) -> None:
    try:
        ZoneInfo(args.get("timezone", "UTC"))
    except (OSError, KeyError, ValueError):
        raise Problem("invalid", {"timezone": ["field_choice"]}) from None


@command("branch.create", schemas.BranchCreate)
def create_branch(ctx: Context, args: Args) -> dict[str, str]:
    """Opens a branch; a head office's orders need approval unless told otherwise."""
    _only_head_office(ctx)
    branch_id = fresh_id(ctx, Branch, args.pop("branch_id"))
    approval = args.pop("approval") or default_approval(args["kind"])
    ctx.session.add(Branch(id=branch_id, approval=approval, **args))
    ctx.about("branch", branch_id)
    return {"id": branch_id}


@command("branch.update", schemas.BranchUpdate)
def update_branch(ctx: Context, args: Args) -> None:
    """Changes a branch; its approval policy is the head office's to set."""
    branch = fetch_row(ctx, Branch, args["branch_id"])
    if "approval" in args:
        _only_head_office(ctx)
    change(branch, args, ("branch_id",))
    ctx.about("branch", branch.id)


@command("provider.create", schemas.ProviderCreate)
def create_provider(ctx: Context, args: Args) -> dict[str, str]:
    """Adds a contracted service provider to a branch."""
    known(ctx, Branch, args["branch_id"], "branch_id")
    provider_id = fresh_id(ctx, Provider, args.pop("provider_id"))
    ctx.session.add(Provider(id=provider_id, **args))
    ctx.about("provider", provider_id)
    return {"id": provider_id}


@command("provider.update", schemas.ProviderUpdate)
def update_provider(ctx: Context, args: Args) -> None:
    """Changes a service provider."""
    provider = fetch_row(ctx, Provider, args["provider_id"])
    change(provider, args, ("provider_id",))
    ctx.about("provider", provider.id)


def _only_head_office(ctx: Context) -> None:
    if not sees_all(ctx.actor):
        raise Problem("forbidden")


@command("person.create", schemas.PersonCreate)
def create_person(ctx: Context, args: Args) -> dict[str, str]:
    """Adds somebody who will log in."""
    free(ctx, Person.login, args["login"])
    person_id = fresh_id(ctx, Person, args.pop("person_id"))
    args |= _belonging(ctx, args["roles"], args["branch_id"], args["provider_id"])
    ctx.session.add(Person(id=person_id, active=True, created_at=ctx.now, **args))
    ctx.about("person", person_id)
    return {"id": person_id}


@command("person.update", schemas.PersonUpdate)
def update_person(ctx: Context, args: Args) -> None:
    """Changes a person."""
    person = fetch_row(ctx, Person, args["person_id"])
    if "login" in args:
        free(ctx, Person.login, args["login"], besides=person.id)
    if args.keys() & {"roles", "branch_id", "provider_id"}:
        now = {n: args.get(n, getattr(person, n)) for n in ("roles", "branch_id", "provider_id")}
        args |= _belonging(ctx, **now)
    change(person, args, ("person_id",))
    ctx.about("person", person.id)


def _belonging(
    ctx: Context, roles: list[str], branch_id: str | None, provider_id: str | None
) -> dict[str, Any]:
    """Where a person belongs, if roles, branch and provider fit and the actor may say so."""
    if provider_id is not None:
        branch_id = known(ctx, Provider, provider_id, "provider_id").branch_id
    if branch_id is not None:
        known(ctx, Branch, branch_id, "branch_id")
    elif not sees_all(ctx.actor):
        raise Problem("invalid", {"branch_id": ["field_required"]})
    wrong = role_problem(roles, ROLES, branch_id, provider_id)
    if wrong is not None:
        raise Problem("invalid", {wrong: ["field_choice"]})
    unique = sorted(set(roles))
    return {"roles": unique, "branch_id": branch_id, "provider_id": provider_id}


@command("person.disable", schemas.PersonArgs)
def disable_person(ctx: Context, args: Args) -> None:
    """The person can no longer log in; what their phone still holds can be handed in."""
    person = fetch_row(ctx, Person, args["person_id"])
    if person.id == ctx.actor.person_id:
        raise Problem("forbidden")
    person.active = False
    ctx.about("person", person.id)


@command("person.enable", schemas.PersonArgs)
def enable_person(ctx: Context, args: Args) -> None:
    """The person can log in again."""
    person = fetch_row(ctx, Person, args["person_id"])
    person.active = True
    ctx.about("person", person.id)


@command("person.set_language", schemas.LanguageArgs, permission="session.close")
def set_language(ctx: Context, args: Args) -> None:
    """Everybody chooses their own language."""
    if ctx.actor.person_id is None:
        raise Problem("forbidden")
    ctx.session.get_one(Person, ctx.actor.person_id).language = args["language"]
    ctx.about("person", ctx.actor.person_id)


@command("person.set_password", schemas.PasswordArgs)
def set_password(ctx: Context, args: Args) -> None:
    """Sets a password; no role has this permission: log-in code runs it as the system."""
    person = fetch_row(ctx, Person, args["person_id"])
    person.password_hash = args["password_hash"]
    ctx.about("person", person.id)


@command("person.use_reset", schemas.ResetArgs)
def use_reset(ctx: Context, args: Args) -> dict[str, str]:
    """Sets a password by a reset code, once, and ends all log-ins; run as the system.

    Raises:
        Problem: `reset_expired`.
    """
    reset = ctx.session.get(PasswordReset, args["code_hash"], with_for_update=True)
    if reset is None or not reset_works(ctx.now, reset.expires_at, reset.used_at):
        raise Problem("reset_expired")
    person = ctx.session.get_one(Person, reset.person_id)
    if not person.active:
        raise Problem("account_disabled")
    reset.used_at = ctx.now
    person.password_hash = args["password_hash"]
    for session in ctx.session.scalars(_open_sessions(person.id)):
        session.revoked_at = ctx.now
    ctx.about("person", person.id)
    return {"person_id": person.id}


def _open_sessions(person_id: str) -> Any:
    mine = LoginSession.person_id == person_id
    return select(LoginSession).where(mine, LoginSession.revoked_at.is_(None))


@command("person.issue_reset", schemas.PersonArgs, secret=True)
def issue_reset(ctx: Context, args: Args) -> dict[str, str]:
    """Makes a code that an administrator reads out to somebody who forgot the password."""
    person = fetch_row(ctx, Person, args["person_id"])
    code = _draw(RESET_CODE_LENGTH)
    reset = PasswordReset(
        code_hash=code_hash(code),
        person_id=person.id,
        created_by=ctx.actor.person_id,
        created_at=ctx.now,
        expires_at=reset_ends(ctx.now),
    )
    ctx.session.add(reset)
    ctx.about("person", person.id)
    return {"code": dashed(code), "expires_at": to_text(reset.expires_at)}


def _draw(length: int) -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(length))


@command("device.register", schemas.DeviceRegister)
def register_device(ctx: Context, args: Args) -> dict[str, str]:
    """Names an installation of one's own and binds the log-in to it; again changes its names.

    Raises:
        Problem: `device_revoked`; `id_reused` where the id is another person's.
    """
    if ctx.actor.person_id is None:
        raise Problem("forbidden")
    device_id = args.pop("device_id")
    device = ctx.session.get(Device, device_id) if device_id else None
    if device is None:
        device = _new_device(ctx, device_id)
    elif device.person_id != ctx.actor.person_id:
        raise Problem("id_reused")
    elif device.revoked_at is not None:
        raise Problem("device_revoked")
    change(device, args, ())
    device.last_seen_at = ctx.now
    ctx.session.flush()
    if ctx.actor.session_id is not None:
        ctx.session.get_one(LoginSession, ctx.actor.session_id).device_id = device.id
    ctx.about("device", device.id)
    return {"id": device.id, "code": device.code}


def _new_device(ctx: Context, device_id: str | None) -> Device:
    code = _draw(DEVICE_CODE_LENGTH)
    while ctx.session.scalar(select(Device.id).where(Device.code == code)) is not None:
        code = _draw(DEVICE_CODE_LENGTH)
    device = Device(
        id=device_id or new_id(), person_id=ctx.actor.person_id, code=code, created_at=ctx.now
    )
    ctx.session.add(device)
    return device


@command("device.add_key", schemas.DeviceKeyArgs)
def add_device_key(ctx: Context, args: Args) -> None:
    """Makes known the public half of a key that was made on one's own device; again is nothing.

    Raises:
        Problem: `not_found` where the device is not one's own; `device_revoked`; `id_reused` where
            the key is another device's.
    """
    device = ctx.session.get(Device, args["device_id"])
    if device is None or device.person_id != ctx.actor.person_id:
        raise Problem("not_found")
    if device.revoked_at is not None:
        raise Problem("device_revoked")
    known_key = ctx.session.get(DeviceKey, args["public_key"])
    if known_key is not None and known_key.device_id != device.id:
        raise Problem("id_reused")
    if known_key is None:
        ctx.session.add(DeviceKey(**args, added_at=ctx.now))
    ctx.about("device", device.id)


@command("device.revoke", schemas.DeviceArgs)
def revoke_device(ctx: Context, args: Args) -> None:
    """The device gets nothing more; what it still holds can be handed in."""
    _revoke(ctx, fetch_row(ctx, Device, args["device_id"]))


@command("device.revoke_own", schemas.DeviceArgs)
def revoke_own_device(ctx: Context, args: Args) -> None:
    """As `device.revoke`, by the person who lost it."""
    device = ctx.session.get(Device, args["device_id"])
    if device is None or device.person_id != ctx.actor.person_id:
        raise Problem("not_found")
    _revoke(ctx, device)


def _revoke(ctx: Context, device: Device) -> None:
    if device.revoked_at is None:
        device.revoked_at, device.revoked_by = ctx.now, ctx.actor.person_id
    ctx.about("device", device.id)


@command("session.open", schemas.SessionOpen)
def open_session(ctx: Context, args: Args) -> dict[str, str]:
    """Opens a log-in; no role has this permission: log-in code runs it as the system."""
    person = fetch_row(ctx, Person, args["person_id"])
    if not person.active:
        raise Problem("account_disabled")
    session = LoginSession(id=new_id(), created_at=ctx.now, last_seen_at=ctx.now, **args)
    ctx.session.add(session)
    ctx.about("person", person.id)
    return {"id": session.id}


@command("session.close", schemas.SessionClose)
def close_session(ctx: Context, args: Args) -> None:  # noqa: ARG001
    """Logs out."""
    if ctx.actor.session_id is not None:
        _end(ctx, ctx.session.get_one(LoginSession, ctx.actor.session_id))


@command("session.revoke", schemas.SessionArgs, permission="session.close")
def revoke_session(ctx: Context, args: Args) -> None:
    """Ends another log-in: one's own by anybody, somebody else's by an administrator."""
    session = ctx.session.get(LoginSession, args["session_id"])
    if session is None or session.person_id != ctx.actor.person_id:
        if not may(ctx.actor, "session.revoke"):
            raise Problem("not_found")
        session = fetch_row(ctx, LoginSession, args["session_id"])
    _end(ctx, session)


def _end(ctx: Context, session: LoginSession) -> None:
    if session.revoked_at is None:
        session.revoked_at, session.revoked_by = ctx.now, ctx.actor.person_id
    ctx.about("person", session.person_id)
