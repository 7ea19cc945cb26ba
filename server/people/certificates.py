"""People's certificates: who may be sent to what [001 standard 3.1]."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core.commands import Args, Context, command
from server.core.rows import fetch
from server.people import schemas
from server.people.models import Certificate, Person
from server.people.papers import put_right, write_down


def valid_kinds(session: Session, people: Iterable[str], day: date) -> dict[str, set[str]]:
    """The kinds that are valid on a day, by person; its last day still counts."""
    query = select(Certificate).where(
        Certificate.person_id.in_(list(people)),
        Certificate.valid_through.is_(None) | (Certificate.valid_through >= day),
    )
    found: dict[str, set[str]] = {}
    for row in session.scalars(query):
        found.setdefault(row.person_id, set()).add(row.kind)
    return found


@command("certificate.add", schemas.CertificateArgs, permission="person.update")
def add(ctx: Context, args: Args) -> dict[str, str]:
    """Writes down a certificate."""
    return write_down(ctx, Certificate, "certificate", args)


@command("certificate.update", schemas.CertificateUpdate, permission="person.update")
def update(ctx: Context, args: Args) -> None:
    """Puts a certificate right, or notes that it was renewed."""
    put_right(ctx, Certificate, "certificate", args)


@command("certificate.remove", schemas.RemoveCertificateArgs, permission="person.update")
def remove(ctx: Context, args: Args) -> None:
    """Takes back a certificate that was written down by mistake, or withdrawn."""
    person = fetch(ctx, Person, args["person_id"])
    query = select(Certificate).where(
        Certificate.id == args["certificate_id"], Certificate.person_id == person.id
    )
    for certificate in ctx.session.scalars(query):
        ctx.session.delete(certificate)
    ctx.about("person", person.id)
