"""Writes on customers, their sites and contacts."""

from sqlalchemy import select

from server.core.commands import Args, Context, command
from server.core.errors import Problem
from server.core.rows import change, change_merged, fetch, fresh_id, known
from server.customers import schemas
from server.customers.models import Contact, Customer, Site
from server.customers.records import publish_beside_site
from server.customers.rules import half_a_place
from server.people.models import Branch


def own_branch(ctx: Context, wish: str | None) -> str:
    """The branch for a new row: the one wished for if the actor may see it, else their own.

    Raises:
        Problem: `invalid` at `branch_id`.
    """
    branch_id = wish or ctx.actor.branch_id or _head_office(ctx)
    if branch_id is None:
        raise Problem("invalid", {"branch_id": ["field_required"]})
    return known(ctx, Branch, branch_id, "branch_id").id


def _head_office(ctx: Context) -> str | None:
    """Where those who belong to no branch keep what they write; else the oldest branch."""
    first = Branch.kind != "head_office"
    return ctx.session.scalar(select(Branch.id).order_by(first, Branch.id).limit(1))


@command("customer.create", schemas.CustomerCreate)
def create_customer(ctx: Context, args: Args) -> dict[str, str]:
    """Opens a customer's file."""
    customer_id = fresh_id(ctx, Customer, args.pop("customer_id"))
    branch_id = own_branch(ctx, args.pop("branch_id"))
    ctx.session.add(Customer(id=customer_id, branch_id=branch_id, **args))
    ctx.about("customer", customer_id)
    return {"id": customer_id}


@command("customer.update", schemas.CustomerUpdate)
def update_customer(ctx: Context, args: Args) -> None:
    """Changes a customer's file."""
    customer = fetch(ctx, Customer, args["customer_id"])
    change(customer, args, ("customer_id",))
    ctx.about("customer", customer.id)


@command("site.create", schemas.SiteCreate)
def create_site(ctx: Context, args: Args) -> dict[str, str]:
    """Adds a place where a customer's units work."""
    known(ctx, Customer, args["customer_id"], "customer_id")
    _whole_place(args["lat_e7"], args["lng_e7"])
    site_id = fresh_id(ctx, Site, args.pop("site_id"))
    branch_id = own_branch(ctx, args.pop("branch_id"))
    ctx.session.add(Site(id=site_id, branch_id=branch_id, **args))
    ctx.session.flush()
    publish_beside_site(ctx.session, args["customer_id"])
    ctx.about("site", site_id)
    return {"id": site_id}


@command("site.update", schemas.SiteUpdate)
def update_site(ctx: Context, args: Args) -> None:
    """Changes a site; a new branch takes its units along."""
    site = fetch(ctx, Site, args["site_id"])
    if "branch_id" in args:
        known(ctx, Branch, args["branch_id"], "branch_id")
        ctx.event("site.given_to_branch", site_id=site.id, branch_id=args["branch_id"])
    change_merged(ctx, "site", site, args, ("site_id",))
    _whole_place(site.lat_e7, site.lng_e7)
    ctx.about("site", site.id)


def _whole_place(lat_e7: int | None, lng_e7: int | None) -> None:
    if half_a_place(lat_e7, lng_e7):
        raise Problem("invalid", {"lng_e7" if lng_e7 is None else "lat_e7": ["field_required"]})


@command("contact.create", schemas.ContactCreate)
def create_contact(ctx: Context, args: Args) -> dict[str, str]:
    """Adds somebody to speak to."""
    known(ctx, Customer, args["customer_id"], "customer_id")
    if args["site_id"] is not None:
        site = known(ctx, Site, args["site_id"], "site_id")
        if site.customer_id != args["customer_id"]:
            raise Problem("invalid", {"site_id": ["field_choice"]})
    contact_id = fresh_id(ctx, Contact, args.pop("contact_id"))
    ctx.session.add(Contact(id=contact_id, **args))
    ctx.about("contact", contact_id)
    return {"id": contact_id}


@command("contact.update", schemas.ContactUpdate)
def update_contact(ctx: Context, args: Args) -> None:
    """Changes somebody to speak to."""
    contact = fetch(ctx, Contact, args["contact_id"])
    change_merged(ctx, "contact", contact, args, ("contact_id",))
    ctx.about("contact", contact.id)
