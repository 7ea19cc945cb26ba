"""What is photographed in which visit of the stories."""

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from server.demo.field import Shot
from server.demo.photos import Taken, take

Photos = Mapping[tuple[str, int], Taken]

_CRACK: Final = (
    Shot("nameplate", "nameplate"),
    Shot("before", "machine", "整机停放位置"),
    Shot("fault", "crack", "动臂右侧腹板，铰点前方约 300 mm，裂纹长 210 mm"),
    Shot("after", "welded", "开坡口补焊、打磨、喷底漆"),
)
# What is photographed in which visit; the files are made before the transaction begins.
SHOTS: Final[Mapping[str, tuple[str, tuple[Shot, ...]]]] = {
    "on-site": (
        "LC365H-0006",
        (Shot("nameplate", "nameplate"), Shot("fault", "hose", "中央回转接头上方高压软管爆裂")),
    ),
    "parts-pending": (
        "LC950-0002",
        (Shot("nameplate", "nameplate"), Shot("fault", "machine", "发动机抱死，停机位置")),
    ),
    "disputed": (
        "LC215-0006",
        (Shot("fault", "teeth_worn", "更换前"), Shot("after", "teeth_new", "更换后")),
    ),
    "unsigned": (
        "LC215-0005",
        (Shot("fault", "leak", "缸头渗油"), Shot("after", "sealed", "更换密封后试机无渗漏")),
    ),
    "cancelled-at-work": ("LC75-0003", (Shot("before", "machine", "到场时设备状态"),)),
    "low-rating": (
        "LC215-0008",
        (Shot("fault", "hose", "软管破损"), Shot("after", "sealed", "更换后")),
    ),
    "signed": ("LC365H-0003", _CRACK),
    "crack-north": ("LC365H-0004", _CRACK[:1] + _CRACK[2:]),
    "crack-lunan": ("LC365H-0005", _CRACK[:1] + _CRACK[2:]),
    "provider": (
        "LC950-0001",
        (
            Shot("fault", "teeth_worn", "斗齿磨损到限，缺 1 齿"),
            Shot("after", "teeth_new", "更换 5 只"),
        ),
    ),
    "closed": (
        "LC215-0009",
        (
            Shot("fault", "leak", "斗杆油缸渗油"),
            Shot("old_part", "seals", "换下的密封件，唇口撕裂"),
            Shot("after", "sealed", "试机 20 分钟无渗漏"),
        ),
    ),
}
_MODELS: Final = {"LC75": "LC-75", "LC215": "LC-215", "LC365H": "LC-365H", "LC950": "LC-950"}


def develop(each: Callable[[], None] | None = None) -> Photos:
    """All photos of all visits.

    Args:
        each: called after every one.
    """
    wanted = [
        (order, place, shot.scene, serial)
        for order, (serial, shots) in SHOTS.items()
        for place, shot in enumerate(shots)
    ]
    found: dict[tuple[str, int], Taken] = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # Pillow works without the interpreter's lock
        for one, taken in zip(wanted, pool.map(_take, wanted), strict=True):
            found[one[:2]] = taken
            if each:
                each()
    return found


def _take(wanted: tuple[str, int, str, str]) -> Taken:
    order, place, scene, serial = wanted
    return take(scene, sum(order.encode()) * 10 + place, serial, _MODELS[serial.split("-")[0]])
