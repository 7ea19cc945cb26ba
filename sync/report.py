"""The content of a service report, put together from records as `tables/report.json` says.

The phone composes it without a network, the customer signs its hash, the server checks that hash:
so both sides run this table, and nothing in the content may depend on who composed it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sync.charges import agreed_minutes, charge
from sync.entitlement import decide
from sync.labour import spans_of, worked_minutes

Record = Mapping[str, Any]
Read = Callable[[str, str], Record | None]
Find = Callable[[str, Mapping[str, Any]], list[Record]]


def compose(
    table: Mapping[str, Any],
    entitlement: Mapping[str, Any],
    given: Mapping[str, Any],
    day: str,
    read: Read,
    find: Find,
) -> dict[str, Any]:
    """Puts a report together.

    Args:
        table: `report.json`.
        entitlement: `entitlement.json`.
        given: `report_id`, `order_id`, `visit_id`, `round`, `provisional_number`, since the third
            template `outcome`; it becomes the section `report`.
        day: on which cover is asked (`entitlement.cover_day`), `YYYY-MM-DD`.
        read: gives a record by kind and id, or None.
        find: gives the records of a kind whose fields have the given values; all for none.

    Returns:
        the content; a section whose record is missing is null. Money in fen; a total that needs
        a price nobody knows is null.
    """
    made = _Composition(given, read, find)
    content: dict[str, Any] = {"template": table["template"], "version": table["version"]}
    content["report"] = dict(given)
    for section in table["sections"]:
        content[section["as"]] = made.section(section)
    cover = decide(entitlement, made.records.get("unit"), day, made.history(), made.decisions())
    content["entitlement"] = {**vars(cover), "day": day}
    for line in content["parts"]:
        line["line_fen"] = _line_fen(line, cover.covered)
    consents = find("consent", {"order_id": given["order_id"]})
    minutes, hour_fen = agreed_minutes(consents), _hour_fen(read)
    lines = [(line["quantity"], line["price_fen"]) for line in content["parts"]]
    cost = charge(lines, minutes, hour_fen, cover.covered)
    content["labour"] = {"minutes": minutes, "hour_fen": hour_fen, "labour_fen": cost.labour_fen}
    if "labour.worked" in table["computed"]:
        spans = spans_of((made.records.get("visit") or {}).get("labour"))
        content["labour"] |= {"spans": spans, "worked_minutes": worked_minutes(spans)}
    content["total_fen"] = cost.total_fen
    return content


class _Composition:
    """The records found so far, by the names of their sections."""

    def __init__(self, given: Mapping[str, Any], read: Read, find: Find) -> None:
        self.given, self.read, self.find = given, read, find
        self.records: dict[str, Record | None] = {}

    def section(self, section: Mapping[str, Any]) -> Any:
        if "where" in section:
            return self._list(section)
        record = self._one(section)
        self.records[section["as"]] = record
        return _only(record, section["fields"]) if record is not None else None

    def history(self) -> list[Record]:
        unit = self.records.get("unit")
        return self.find("service_history", {"unit_id": unit["id"]}) if unit is not None else []

    def decisions(self) -> list[Record]:
        return self.find("cover_decision", {"order_id": self.given["order_id"]})

    def _one(self, section: Mapping[str, Any]) -> Record | None:
        if section.get("one"):
            return next(iter(self.find(section["kind"], {})), None)
        return self._read(section["kind"], self._at(section["id"]))

    def _list(self, section: Mapping[str, Any]) -> list[dict[str, Any]]:
        where = {field: self._at(path) for field, path in section["where"].items()}
        found = self.find(section["kind"], where)
        if "unless" in section:  # a record in which this field says something is left out
            found = [record for record in found if record.get(section["unless"]) is None]
        found = sorted(found, key=lambda record: [record[name] for name in section["sort"]])
        return [self._line(record, section) for record in found]

    def _line(self, record: Record, section: Mapping[str, Any]) -> dict[str, Any]:
        line = _only(record, section["fields"])
        for join in section.get("join", ()):
            line |= _only(self._read(join["kind"], record.get(join["id"])) or {}, join["fields"])
        return line

    def _read(self, kind: str, record_id: str | None) -> Record | None:
        return self.read(kind, record_id) if record_id is not None else None

    def _at(self, path: str) -> Any:
        """`order_id`: what was given. `order.site_id`: a field of a section's record."""
        section, dot, field = path.partition(".")
        if not dot:
            return self.given.get(path)
        return (self.records.get(section) or {}).get(field)


def _only(record: Record, fields: list[str]) -> dict[str, Any]:
    return {name: record.get(name) for name in fields}


def _line_fen(line: Record, covered: bool) -> int | None:
    if covered:
        return 0
    price: int | None = line["price_fen"]
    return None if price is None else line["quantity"] * price


def _hour_fen(read: Read) -> int | None:
    rate = read("labour_rate", "labour")
    return rate["hour_fen"] if rate is not None else None
