"""Arguments of the commands on the catalogue."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from server.catalogue.rules import MOST_PHOTOS, PHOTO_SLOTS, SEVERITIES, WARRANTY_MONTHS_MAX
from server.core.schemas import (
    CODES_OF,
    Args,
    ListArgs,
    boolean,
    choices,
    day,
    fen,
    id_field,
    ids,
    integer,
    string,
    strings,
    text,
    unless_given,
)

MOST_READINGS = 40
MOST_ITEMS = 60
_FIGURE = 10**9


class ReadingLimit(Args):
    """One reading that a test takes, with its limits in the last of `decimals` places; without a
    code it gets one.
    """

    code = string(40, required=False)
    name_zh = string(80)
    name_en = string(80, required=False)
    measure = string(20)
    decimals = integer(0, 4, required=False, default=0)
    min = integer(-_FIGURE, _FIGURE, required=False)
    max = integer(-_FIGURE, _FIGURE, required=False)

    @validates_schema
    def _in_order(self, data: Mapping[str, Any], **_more: Any) -> None:
        least, most = data.get("min"), data.get("max")
        if least is not None and most is not None and most < least:
            raise ValidationError("field_range", "max")


def readings_field() -> fields.List[Any]:
    """The readings of a model; none unless given."""
    few = validate.Length(0, MOST_READINGS, error="field_length")
    one = fields.Nested(ReadingLimit, error_messages=CODES_OF)
    return fields.List(
        one, load_default=None, allow_none=True, validate=few, error_messages=CODES_OF
    )


class CheckItem(Args):
    """One thing to look at; without a code it gets one."""

    code = string(40, required=False)
    name_zh = string(80)
    name_en = string(80, required=False)


def items_field(item: type[Args]) -> fields.List[Any]:
    """The items of a checklist; none unless given."""
    few = validate.Length(0, MOST_ITEMS, error="field_length")
    one = fields.Nested(item, error_messages=CODES_OF)
    return fields.List(one, load_default=list, validate=few, error_messages=CODES_OF)


class ChecklistCreate(Args):
    """A checklist: for which orders, what is looked at and what is measured."""

    checklist_id = id_field(required=False)
    code = string(80)
    name_zh = string()
    name_en = string(required=False)
    types = strings(80)
    severities = choices(SEVERITIES, required=False)
    models = ids()
    checks = items_field(CheckItem)
    readings = items_field(ReadingLimit)


class ChecklistUpdate(Args):
    """The next version of a checklist, which has an id of its own; its code stays."""

    checklist_id = id_field()
    name_zh = unless_given(string())
    name_en = unless_given(string(), nullable=True)
    types = unless_given(strings(80))
    severities = unless_given(choices(SEVERITIES))
    models = unless_given(ids())
    checks = unless_given(items_field(CheckItem))
    readings = unless_given(items_field(ReadingLimit))


class ChecklistEnd(Args):
    """Names the version in force of a checklist."""

    checklist_id = id_field()


class ModelCreate(Args):
    """A product model; `warranty_months` counts from the sale."""

    product_model_id = id_field(required=False)
    code = string(80)
    name_zh = string()
    name_en = string(required=False)
    category = string(required=False)
    warranty_months = integer(0, WARRANTY_MONTHS_MAX, required=False, default=12)
    readings = readings_field()
    trained_only = boolean(default=False)


class ModelUpdate(Args):
    """Changes to a product model."""

    product_model_id = id_field()
    code = unless_given(string(80))
    name_zh = unless_given(string())
    name_en = unless_given(string(), nullable=True)
    category = unless_given(string(), nullable=True)
    warranty_months = unless_given(integer(0, WARRANTY_MONTHS_MAX))
    readings = unless_given(readings_field(), nullable=True)
    trained_only = unless_given(boolean(default=False))


class PartCreate(Args):
    """A spare part and the models that it fits."""

    part_id = id_field(required=False)
    number = string(80)
    name_zh = string()
    name_en = string(required=False)
    measure = string(20, required=False, default="件")
    models = ids()
    serialised = boolean(default=False)


class PartUpdate(Args):
    """Changes to a part."""

    part_id = id_field()
    number = unless_given(string(80))
    name_zh = unless_given(string())
    name_en = unless_given(string(), nullable=True)
    measure = unless_given(string(20))
    models = unless_given(ids())
    serialised = unless_given(boolean(default=False))


class PriceSet(Args):
    """What a part costs now, in fen."""

    part_id = id_field()
    price_fen = fen()


class LabourRateSet(Args):
    """What an hour of labour costs now, in fen."""

    hour_fen = fen()


class FaultCodeCreate(Args):
    """A fault code, at the root or under another."""

    fault_code_id = id_field(required=False)
    code = string(80)
    parent_id = id_field(required=False)
    name_zh = string()
    name_en = string()
    major = boolean(default=False)


class FaultCodeUpdate(Args):
    """Changes to a fault code."""

    fault_code_id = id_field()
    code = unless_given(string(80))
    parent_id = unless_given(id_field(), nullable=True)
    name_zh = unless_given(string())
    name_en = unless_given(string())
    major = unless_given(boolean(default=False))


class RecallOpen(Args):
    """Batches of a model that are called back; `open` false writes down one that has ended."""

    recall_id = id_field(required=False)
    code = string(80)
    model_id = id_field()
    batches = strings(80)
    title_zh = string()
    title_en = string(required=False)
    instructions = text()
    open = boolean(default=True)


class RecallUpdate(Args):
    """Changes to a recall; `open` ends it or begins it again."""

    recall_id = id_field()
    code = unless_given(string(80))
    batches = unless_given(strings(80))
    title_zh = unless_given(string())
    title_en = unless_given(string(), nullable=True)
    instructions = unless_given(text(), nullable=True)
    open = unless_given(boolean(default=True))


class OrderTypeCreate(Args):
    """A type of order and the photos that it asks for."""

    order_type_id = id_field(required=False)
    code = string(80)
    name_zh = string()
    name_en = string()
    photo_slots = choices(PHOTO_SLOTS)
    min_photos = integer(0, MOST_PHOTOS, required=False, default=0)


class OrderTypeUpdate(Args):
    """Changes to a type of order; its code stays, because orders name it."""

    order_type_id = id_field()
    name_zh = unless_given(string())
    name_en = unless_given(string())
    photo_slots = unless_given(choices(PHOTO_SLOTS))
    min_photos = unless_given(integer(0, MOST_PHOTOS))


class PartsQuery(ListArgs):
    """Parts that fit one model, or all."""

    model = id_field(required=False)


class NeedArgs(Args):
    """A kind of certificate that a type of order or a model asks for; of both, both must fit."""

    certificate_need_id = id_field(required=False)
    kind = string(80)
    type = string(80, required=False)
    model_id = id_field(required=False)


class RemoveNeedArgs(Args):
    """Names such a need."""

    certificate_need_id = id_field()


class SkillArgs(Args):
    """A model that a person was trained for, on which day, and by whom or where."""

    skill_id = id_field(required=False)
    person_id = id_field()
    model_id = id_field()
    trained_on = day()
    trained_by = string(required=False)


class SkillUpdate(Args):
    """Changes to a training record; of whom and for which model it is stays."""

    skill_id = id_field()
    trained_on = unless_given(day())
    trained_by = unless_given(string(), nullable=True)


class RemoveSkillArgs(Args):
    """Names a training record."""

    skill_id = id_field()


class SkillsQuery(ListArgs):
    """Training records of one person, for one model, or all."""

    person = id_field(required=False)
    model = id_field(required=False)
