"""Rules of the catalogue: photo slots, and the order types that a new company begins with."""

from dataclasses import dataclass

PHOTO_SLOTS = ("nameplate", "before", "fault", "old_part", "after", "witness", "other")
MOST_PHOTOS = 50
LABOUR = "labour"  # id of the one labour rate
WARRANTY_MONTHS_MAX = 240


@dataclass(frozen=True)
class StandardType:
    """An order type of the trade [requirements 10] and the photos that it asks for."""

    code: str
    name_zh: str
    name_en: str
    photo_slots: tuple[str, ...]
    min_photos: int


STANDARD_TYPES = (
    StandardType("repair", "维修", "Repair", ("nameplate", "before", "fault", "after"), 2),
    StandardType("commissioning", "安装调试", "Commissioning", ("nameplate", "after"), 2),
    StandardType("maintenance", "定期保养", "Periodic maintenance", ("nameplate", "after"), 1),
    StandardType("recall", "召回", "Recall", ("nameplate", "old_part", "after"), 2),
    StandardType("inspection", "巡检", "Inspection", ("nameplate",), 1),
)


def makes_a_circle(code_id: str, parent_id: str | None, parents: dict[str, str | None]) -> bool:
    """Whether hanging a fault code under a parent would make it its own ancestor.

    Args:
        code_id: the code to hang.
        parent_id: its new parent.
        parents: the present parent of each code.
    """
    while parent_id is not None:
        if parent_id == code_id:
            return True
        parent_id = parents.get(parent_id)
    return False
