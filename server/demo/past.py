"""What lies behind the orders: parts in the vans, and services of years gone by."""

from random import Random
from typing import Any, Final

from server.demo.company import fleet
from server.demo.stage import Stage, demo_id, members, read_data
from server.imports.commands import rows_digest

_SEED: Final = 20_260_102
# What every van carries: part number and how many.
_VAN: Final = {
    "60100101": 1, "60100104": 1, "60100105": 1, "60100106": 1, "60100301": 3, "60100304": 3,
    "60100305": 6, "60100307": 20, "60100401": 2, "60100403": 4, "60100404": 40, "60200101": 4,
    "60200103": 4, "60200207": 2, "60300104": 2, "60300107": 2, "60400102": 10, "60400104": 20,
    "60400110": 1, "60700103": 2, "60800104": 16,
}  # fmt: skip
_SMALL_VAN: Final = (
    "60100101", "60100105", "60100106", "60100301", "60100307", "60100404", "60200101", "60400102",
    "60400104", "60400110",
)  # fmt: skip
_MINING_VAN: Final = {"60400103": 5, "60100303": 2, "60100404": 60, "60800103": 20}
_SERVICES: Final = (
    (
        "SVC-SERVICE",
        "maintenance",
        "250 小时保养",
        "换机油、机滤、柴滤，加注润滑脂，检查履带张紧。",
    ),
    ("SVC-SERVICE", "maintenance", "500 小时保养", "换机油、三滤，检查回转减速机油位。"),
    ("HYD-HOSE-LEAK", "repair", "动臂软管渗油", "更换高压软管 1 根。"),
    ("GET-TOOTH", "repair", "斗齿磨损", "更换斗齿 5 只。"),
    ("CAB-AC", "repair", "空调不制冷", "补充冷媒，更换空调滤芯。"),
    ("ELE-LIGHT", "repair", "工作灯不亮", "更换 LED 工作灯 1 只。"),
    ("ELE-BATTERY", "repair", "蓄电池亏电，无法起动", "充电，检查发电机充电电压 28.2 V。"),
    ("TRV-TENSION", "repair", "履带松", "张紧油缸注脂，调整履带下垂量。"),
    ("COL-HOT", "repair", "水温高", "清洗散热器，更换节温器。"),
    ("LUB-LINE", "repair", "铲斗润滑管断", "更换润滑管 2 m。"),
)
_OLD: Final = (
    ("2004-07-01", "FNT-BUCKET", "BUCKET WON'T OPEN"),
    ("2006-02-17", "LUB-LINE", "BROKEN GREASE LINE"),
    ("2008-04-21", "CYL-PIN", "LOOSE BUCKET CYLINDER PIN"),
    ("2010-09-24", "HYD-PUMP", "RH PUMP PRESSURE LOW"),
)


def fill_vans(stage: Stage) -> None:
    """Parts issued to the technicians' vans some days ago."""
    at = stage.ago(days=14)
    for member in members().values():
        if "engineer" not in member.roles:
            continue
        mining = member.provider is not None or member.branch in ("north", "west")
        for number, quantity in _load_of(member.login, mining).items():
            args = {
                "stock_move_id": demo_id("issued", member.login, number),
                "person_id": member.id,
                "part_id": demo_id("part", number),
                "quantity": quantity,
                "reason": "issue",
            }
            stage.will_say(at, "warehouse", "stock.move", args)


def _load_of(login: str, mining: bool) -> dict[str, int]:
    """What is in a van; the technician that visitors of the demo play has it all."""
    small = {number: _VAN[number] for number in _SMALL_VAN}
    return (_VAN if login == "engineer" else small) | (_MINING_VAN if mining else {})


def write_history(stage: Stage) -> None:
    """Services before this system: by the command that imports use, chunk by chunk."""
    rows = [*_third_repair(stage), *_old_machines(), *_fleet_history(stage)]
    said = [{key: value for key, value in row.items() if value is not None} for row in rows]
    digest = rows_digest(said)
    args = {"file_name": "demo", "file_sha256": digest, "rows_sha256": digest, "rows": said}
    stage.later(stage.ago(days=30), lambda: stage.found("history.import", args))


def _row(unit: str, day: str, fault: str, kind: str, text: str, done: str | None) -> dict[str, Any]:
    return {
        "id": demo_id("history", unit, day, text),
        "unit_id": demo_id("unit", unit),
        "happened_on": day,
        "type": kind,
        "fault_code_id": demo_id("fault", fault),
        "raw_text": text,
        "work_done": done,
        "source": "demo",
    }


def _third_repair(stage: Stage) -> list[dict[str, Any]]:
    """Two repairs of the same pump: the third is under way."""
    unit = "LC365H-0002"
    first = ("主泵异响，压力波动", "更换主泵配流盘和柱塞组件，冲洗油路。")
    second = ("主泵再次异响，回油滤有铁屑", "更换主泵总成，清洗油箱，更换全部滤芯。")
    return [
        _row(unit, stage.day(-96), "HYD-PUMP", "repair", *first),
        _row(unit, stage.day(-41), "HYD-PUMP", "repair", *second),
    ]


def _old_machines() -> list[dict[str, Any]]:
    """A little of what the five old machines went through; the rest is in the file to import."""
    return [
        _row(serial, day, fault, "repair", text, None)
        for _, serial, _site in read_data("company")["old_units"]
        for day, fault, text in _OLD
    ]


def _fleet_history(stage: Stage) -> list[dict[str, Any]]:
    random = Random(_SEED)  # noqa: S311 -- repeatable on purpose
    rows = []
    for serial, _, _site in fleet():
        services = random.sample(_SERVICES, random.randrange(0, 4))
        days = sorted(random.sample(range(35, 400), len(services)), reverse=True)
        for (fault, kind, text, done), day in zip(services, days, strict=True):
            rows.append(_row(serial, stage.day(-day), fault, kind, text, done))
    return rows
