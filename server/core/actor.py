"""Who is acting."""

from dataclasses import dataclass, replace
from typing import Literal

from server.core.i18n import DEFAULT, Language


@dataclass(frozen=True, slots=True)
class Actor:
    """A person at a desk or a phone, a customer's link, or the system itself.

    Attributes:
        kind: where the authority comes from.
        person_id: the person, for `person`; for `link` the link's id.
        roles: functional roles [requirements 1].
        branch_id: the branch (or head office) the person belongs to.
        provider_id: the service provider, for contracted staff.
        head_office: belongs to the head office and so sees every branch.
        device_id: the installation, if the session is bound to one.
        session_id: the log-in.
        drain_only: of a revoked device: may only hand in what it still has.
        language: for messages.
    """

    kind: Literal["person", "link", "system"]
    person_id: str | None = None
    roles: frozenset[str] = frozenset()
    branch_id: str | None = None
    provider_id: str | None = None
    head_office: bool = False
    device_id: str | None = None
    session_id: str | None = None
    drain_only: bool = False
    language: Language = DEFAULT

    def speaking(self, language: Language) -> "Actor":
        """The same actor, answered in another language."""
        return replace(self, language=language)


SYSTEM = Actor(kind="system")
