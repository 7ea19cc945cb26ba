"""Rules of the catalogue: photo slots, and what a new company begins with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

PHOTO_SLOTS = ("nameplate", "before", "fault", "old_part", "after", "witness", "other")
MOST_PHOTOS = 50
LABOUR = "labour"  # id of the one labour rate
WARRANTY_MONTHS_MAX = 240
# Highest first: level 1 is casualties or media exposure [4.5].
SEVERITIES = ("l1", "l2", "l3", "general")


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


def standard_lists(
    plan: Mapping[str, Any], words: Mapping[str, list[str]]
) -> Iterable[dict[str, Any]]:
    """The checklists that a new company begins with: what `visit_plan.json` asks for by type.

    Args:
        plan: `visit_plan.json`.
        words: `report_words.json`: the two names of each check.
    """
    asked = {
        kind: line["checks"]
        for line in plan["rules"]
        for kind in line.get("when", {}).get("type", ())
        if "checks" in line
    }
    for kind in (kind for kind in STANDARD_TYPES if kind.code in asked):
        checks = [code for code in plan["checks"] if code in asked[kind.code]]
        yield {
            "code": kind.code,
            "name_zh": f"{kind.name_zh}检查单",
            "name_en": f"{kind.name_en} checklist",
            "types": [kind.code],
            "checks": [_named_check(code, *words[f"check_{code}"]) for code in checks],
        }


def _named_check(code: str, name_zh: str, name_en: str) -> dict[str, str]:
    return {"code": code, "name_zh": name_zh, "name_en": name_en}


def coded(
    items: Iterable[Mapping[str, Any]], before: Iterable[Mapping[str, Any]], fresh: Iterable[str]
) -> list[dict[str, Any]]:
    """The items, each with a code that no other has.

    Args:
        items: of a new version of a list.
        before: of the version before: an item of the same Chinese name keeps its code.
        fresh: codes for what is new.
    """
    kept, supply = {one["name_zh"]: one["code"] for one in before}, iter(fresh)
    taken: set[str] = set()
    found = []
    for item in items:
        code = item.get("code") or kept.get(item["name_zh"])
        code = next(supply) if code is None or code in taken else code
        taken.add(code)
        found.append({**item, "code": code})
    return found


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
