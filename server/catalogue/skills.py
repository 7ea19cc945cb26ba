"""Which models people were trained for: who may be sent to what [001 standard 3.1, PV 3]."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.catalogue import schemas
from server.catalogue.models import ProductModel, Skill
from server.core.commands import Args, Context, command
from server.core.errors import Problem
from server.core.permissions import visible
from server.core.rows import fetch, known
from server.people.papers import put_right, write_down


def known_models(session: Session, people: Iterable[str], day: date) -> dict[str, set[str]]:
    """The models that people were trained for by a day, by person; the day itself counts."""
    query = select(Skill).where(Skill.person_id.in_(list(people)), Skill.trained_on <= day)
    found: dict[str, set[str]] = {}
    for row in session.scalars(query):
        found.setdefault(row.person_id, set()).add(row.model_id)
    return found


def is_for_trained(session: Session, model_id: str | None) -> bool:
    """Whether nobody is sent to the machines of a model without having been trained for it."""
    model = session.get(ProductModel, model_id) if model_id else None
    return model is not None and model.trained_only is True


@command("skill.add", schemas.SkillArgs, permission="person.update")
def add(ctx: Context, args: Args) -> dict[str, str]:
    """Writes down that somebody was trained for a model."""
    model = known(ctx, ProductModel, args["model_id"], "model_id")
    whose = visible(select(Skill.id), Skill, ctx.actor)
    there = whose.where(Skill.person_id == args["person_id"], Skill.model_id == model.id)
    if ctx.session.scalar(there) is not None:
        raise Problem("invalid", {"model_id": ["field_taken"]})
    return write_down(ctx, Skill, "skill", args)


@command("skill.update", schemas.SkillUpdate, permission="person.update")
def update(ctx: Context, args: Args) -> None:
    """Puts a training record right, or notes that the training was repeated."""
    put_right(ctx, Skill, "skill", args)


@command("skill.remove", schemas.RemoveSkillArgs, permission="person.update")
def remove(ctx: Context, args: Args) -> None:
    """Takes back a training record: written down by mistake, or no longer good."""
    skill = fetch(ctx, Skill, args["skill_id"])
    ctx.about("person", skill.person_id)
    ctx.session.delete(skill)
