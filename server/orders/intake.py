"""A request becomes an order of the right type, in one step."""

from server.core.commands import Args, Call, Context, command
from server.core.errors import Problem
from server.core.ids import new_id
from server.core.rows import known
from server.orders import schemas
from server.orders.models import Order
from server.people.models import Branch
from server.requests.clocks import hand_on
from server.requests.commands import becomes, move, open_request
from server.requests.models import Request
from server.requests.reading import CONSULTATION


@command("order.from_request", schemas.FromRequestArgs, permission="order.create")
def from_request(ctx: Context, args: Args) -> dict[str, str]:
    """Makes the order; who is not known yet gets a file, so that nothing has to be typed twice.

    What the arguments leave out the request has said. The order's contact clock is the request's:
    it does not begin anew.
    """
    request = open_request(ctx, args["request_id"])
    type_ = args["type"] or request.kind
    if type_ == CONSULTATION:  # nobody travels for an answer
        raise Problem("invalid", {"type": ["field_choice"]})
    order_id = args["order_id"] or new_id()
    branch_id = known(ctx, Branch, args["branch_id"] or request.branch_id, "branch_id").id
    move(ctx, request, branch_id)
    hand_on(ctx, request.id, order_id)
    customer_id = args["customer_id"] or request.customer_id or _customer(ctx, args, request)
    site_id = args["site_id"] or request.site_id or _site(ctx, args, request, customer_id)
    told = {
        "order_id": order_id,
        "type": type_,
        "urgency": args["urgency"] or request.urgency,
        "severity": args["severity"],
        "channel": request.channel,
        "branch_id": branch_id,
        "customer_id": customer_id,
        "site_id": site_id,
        "unit_id": args["unit_id"] or request.unit_id,
        "contact_name": request.contact_name,
        "contact_phone": request.phone,
        "symptom": request.symptom,
        "instructions": args["instructions"],
        "received_at": request.received_at.isoformat(),
    }
    made: dict[str, str] = ctx.work.execute(ctx.actor, Call("order.create", told)).value
    order = ctx.session.get_one(Order, made["id"])
    order.contact_due_at, order.contacted_at = request.contact_due_at, request.contacted_at
    becomes(ctx, request, order.id)
    request.customer_id, request.site_id, request.unit_id = customer_id, site_id, order.unit_id
    return made


def _customer(ctx: Context, args: Args, request: Request) -> str:
    """A file for a caller who has none."""
    name = args["customer_name"] or request.contact_name or request.phone
    customer = {"name": name, "branch_id": request.branch_id}
    made: str = ctx.work.execute(ctx.actor, Call("customer.create", customer)).value["id"]
    ctx.session.flush()
    ctx.event("customer.called", customer_id=made, request_id=request.id)
    return made


def _site(ctx: Context, args: Args, request: Request, customer_id: str) -> str:
    """A place for a customer of whom this one is not known, and whom to ask for there."""
    address = args["address"] or request.address
    site = {
        "customer_id": customer_id,
        "branch_id": request.branch_id,
        "name": (args["site_name"] or address or request.contact_name or request.phone)[:200],
        "address": address,
    }
    site_id: str = ctx.work.execute(ctx.actor, Call("site.create", site)).value["id"]
    contact = {
        "customer_id": customer_id,
        "site_id": site_id,
        "name": request.contact_name or request.phone,
        "phone": request.phone,
    }
    ctx.work.execute(ctx.actor, Call("contact.create", contact))
    return site_id
