"""Rules of people: roles, approval policy, log-ins, codes; pure."""

import re
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from hashlib import sha256

BRANCH_KINDS = ("head_office", "branch")
APPROVALS = ("required", "automatic")
# A provider's people do field work or manage it; the company's own functions stay inside.
PROVIDER_ROLES = frozenset({"engineer", "provider_manager"})
CONTACT_MINUTES = 60  # from the request to the first contact [003 5.2.1]
LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,79}")
PASSWORD_SHORTEST = 10
PASSWORD_LONGEST = 200
RESET_HOURS = 24
# Without letters and digits that are taken for one another.
CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
RESET_CODE_LENGTH = 12
DEVICE_CODE_LENGTH = 4


def default_approval(branch_kind: str) -> str:
    """Head-office orders are approved, branch orders go out at once [requirements 10]."""
    return "required" if branch_kind == "head_office" else "automatic"


def login_of(text: str) -> str:
    """A log-in as it is kept: capitals do not matter."""
    return text.strip().lower()


def role_problem(
    roles: Collection[str], known: Iterable[str], branch_id: str | None, provider_id: str | None
) -> str | None:
    """The field at which roles do not fit where a person belongs; None if all is well.

    Without a branch a person would see all of them, so only an administrator may be without.
    """
    if not roles or not set(roles) <= set(known):
        return "roles"
    if provider_id is not None and not set(roles) <= PROVIDER_ROLES:
        return "roles"
    if provider_id is None and "provider_manager" in roles:
        return "provider_id"
    if branch_id is None and set(roles) != {"admin"}:
        return "branch_id"
    return None


def reset_ends(now: datetime) -> datetime:
    """When a reset code stops working."""
    return now + timedelta(hours=RESET_HOURS)


def reset_works(now: datetime, expires_at: datetime, used_at: datetime | None) -> bool:
    """Whether a reset code may still be used; the moment of expiry is already too late."""
    return used_at is None and now < expires_at


def code_hash(code: str) -> str:
    """What is kept of a reset code; typed with or without dashes, in any case."""
    plain = "".join(c for c in code.upper() if c.isalnum())
    return sha256(plain.encode()).hexdigest()


def dashed(code: str) -> str:
    """A code in groups of four, to be read out on the phone."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def actor_sees_all_branches(branch_kind: str | None, provider_id: str | None) -> bool:
    """Head-office people, and administrators who belong to no branch, see every branch."""
    return provider_id is None and branch_kind in (None, "head_office")
