"""Arguments of stock commands."""

from server.core.schemas import Args, ListArgs, boolean, choice, id_field, integer
from server.stock.rules import MOST, OLD_PART_STEPS, REASONS


class MoveArgs(Args):
    """Parts into a van or out of it; a negative quantity takes them out."""

    stock_move_id = id_field(required=False)
    person_id = id_field()
    part_id = id_field()
    quantity = integer(-MOST, MOST)
    reason = choice(REASONS)


class StockQuery(ListArgs):
    """Whose van, and whether only what is short."""

    person = id_field(required=False)
    negative = boolean(default=False)


class OldPartArgs(Args):
    """Where an old part is now."""

    old_part_return_id = id_field()
    status = choice(tuple(OLD_PART_STEPS))
