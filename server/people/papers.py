"""What is on paper of people, one row each: certificates here, training in a later room."""

from typing import Any

from server.core.commands import Args, Context
from server.core.rows import change, fetch, fresh_id
from server.people.models import Person


def write_down(ctx: Context, model: Any, name: str, args: Args) -> dict[str, str]:
    """A new paper of a person in scope; its id.

    Args:
        ctx: of the command.
        model: of the paper; has `person_id`.
        name: what its id is called in the arguments, without `_id`.
        args: its fields; `person_id` says whose.
    """
    person = fetch(ctx, Person, args["person_id"])
    paper_id = fresh_id(ctx, model, args.pop(f"{name}_id"))
    ctx.session.add(model(id=paper_id, **args))
    ctx.about("person", person.id)
    return {"id": paper_id}


def put_right(ctx: Context, model: Any, name: str, args: Args) -> None:
    """Changes a paper in scope; arguments as of `write_down`."""
    paper = fetch(ctx, model, args[f"{name}_id"])
    change(paper, args, (f"{name}_id",))
    ctx.about("person", paper.person_id)
