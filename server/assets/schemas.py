"""Arguments of the commands on units."""

from server.assets.rules import RULE_PACKS
from server.core.schemas import (
    Args,
    ListArgs,
    choice,
    day,
    id_field,
    integer,
    seen_values,
    string,
    unless_given,
)

HOURS_MAX = 1_000_000


class UnitCreate(Args):
    """A machine at a site, and so its customer's; warranty ends as the model says, unless told."""

    unit_id = id_field(required=False)
    serial = string(80)
    model_id = id_field()
    site_id = id_field()
    customer_id = id_field(required=False)
    batch = string(80, required=False)
    sold_on = day(required=False)
    installed_on = day(required=False)
    warranty_end = day(required=False)
    agreement_number = string(80, required=False)
    agreement_end = day(required=False)
    running_hours = integer(0, HOURS_MAX, required=False)
    rule_pack = choice(RULE_PACKS, required=False)


class UnitUpdate(Args):
    """Changes to a unit; a new site brings its customer and branch."""

    unit_id = id_field()
    serial = unless_given(string(80))
    site_id = unless_given(id_field())
    batch = unless_given(string(80), nullable=True)
    sold_on = unless_given(day(), nullable=True)
    installed_on = unless_given(day(), nullable=True)
    warranty_end = unless_given(day(), nullable=True)
    agreement_number = unless_given(string(80), nullable=True)
    agreement_end = unless_given(day(), nullable=True)
    running_hours = unless_given(integer(0, HOURS_MAX), nullable=True)
    rule_pack = unless_given(choice(RULE_PACKS), nullable=True)
    seen = seen_values()


class UndoAlias(Args):
    """Which alias is a machine of its own after all, and what its serial really is."""

    alias_id = id_field()
    serial = string(80)


class UnitsQuery(ListArgs):
    """Which units."""

    customer = id_field(required=False)
    site = id_field(required=False)
    model = id_field(required=False)
    batch = string(80, required=False)
