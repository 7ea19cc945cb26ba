"""A service report as it is sealed, to print and to show."""

import io
from typing import Any

from PIL import Image, ImageDraw

PHOTOS = ("a" * 64, "b" * 64)


def content() -> dict[str, Any]:
    return {
        "company": {
            "name_zh": "山岳重工机械有限公司",
            "name_en": "Shanyue Heavy Machinery Co., Ltd.",
            "address": "江苏省徐州市铜山区珠江路 88 号",
            "phone": "0516-5550 0123",
            "report_terms_zh": "客户签字确认服务已按上述内容完成。",
            "report_terms_en": "By signing, the customer confirms the service described above.",
            "privacy_zh": None,
            "privacy_en": None,
        },
        "order": {
            "number": "SO-2026-000021",
            "type": "repair",
            "symptom": "左侧动臂油缸漏油，大臂下沉。",
            "received_at": "2026-11-21T00:12:00.000Z",
            "contact_name": "周建国",
            "contact_phone": "100 0000 0001",
        },
        "customer": {"name": "蒙泰露天矿业有限责任公司", "name_en": "Mengtai Mining"},
        "site": {"name": "一采区 3 号工作面", "address": "准格尔旗薛家湾镇"},
        "unit": {"serial": "SY365-26-0412", "batch": "2606", "warranty_end": "2026-11-25"},
        "model": {"code": "SY-365H", "name_zh": "液压挖掘机", "name_en": "excavator"},
        "visit": {
            "arrived_at": "2026-11-21T17:03:00.000Z",
            "arrival_method": "position",
            "failure_mode": "渗漏",
            "onset": "运行中",
            "diagnosis": "油封唇口磨损。",
            "work_done": "更换密封组件。",
            "running_hours": 3412,
            "test_result": "满载举升无渗漏。",
        },
        "engineer": {"name_zh": "王志强", "name_en": "Wang Zhiqiang", "badge": "E1003"},
        "fault": {"code": "HYD-CYL-LEAK", "name_zh": "油缸渗漏", "name_en": "Cylinder leak"},
        "photos": [
            {
                "slot": "fault",
                "sha256": PHOTOS[0],
                "caption": "缸头渗油",
                "taken_at": "2026-11-21T03:11:08.123Z",
            },
            {
                "slot": "after",
                "sha256": PHOTOS[1],
                "caption": None,
                "taken_at": "2026-11-21T03:55:08.123Z",
            },
        ],
        "parts": [
            {
                "quantity": 2,
                "new_serial": "SK26110455",
                "old_serial": None,
                "number": "60248871",
                "name_zh": "动臂油缸密封组件",
                "name_en": "Boom cylinder seal kit",
                "measure": "套",
                "price_fen": 128050,
                "line_fen": 256100,
            }
        ],
        "entitlement": {"basis": "chargeable", "covered": False, "until": None},
        "total_fen": 256100,
    }


def content_2() -> dict[str, Any]:
    """The same by the second template: with what was measured, checked, drawn and objected to."""
    whole = content() | {"template": "service_report", "version": 2}
    whole["visit"] |= {
        "readings": [
            {
                "code": "main",
                "value": 318,
                "decimals": 1,
                "measure": "MPa",
                "min": 310,
                "max": 343,
                "name_zh": "主泵压力",
                "name_en": "Main pump pressure",
            },
            {
                "code": "temp",
                "value": 960,
                "decimals": 1,
                "measure": "℃",
                "min": None,
                "max": 950,
                "name_zh": "油温",
                "name_en": "Oil temperature",
            },
        ],
        "checklist": [
            {"id": "site:进场戴安全帽", "ok": True},
            {"id": "leaks", "ok": False},
            {"id": "own", "ok": None, "name_zh": "软管完好", "name_en": "Hoses in order"},
        ],
        "work_report": "主泵总成更换，管路冲洗两遍。",
    }
    whole["photos"][0]["marks"] = [
        {"id": "m1", "shape": "ring", "x": 3000, "y": 4000, "rx": 1500, "ry": 2000},
        {"id": "m2", "shape": "text", "x": 5000, "y": 8000, "text": "渗油点"},
    ]
    whole["labour"] = {
        "minutes": 0,
        "hour_fen": None,
        "labour_fen": 0,
        "worked_minutes": 95,
        "spans": [{"start": "2026-11-21T17:10:00.000Z", "stop": "2026-11-21T18:45:00.000Z"}],
    }
    whole["entitlement"] |= {"pack": "standard", "version": 2}
    whole["disputes"] = [{"reason": "还有异响。", "raised_at": "2026-11-21T17:50:00.000Z"}]
    return whole


def content_3() -> dict[str, Any]:
    """By the third template, of a visit that ended without the part."""
    whole = content_2() | {"version": 3}
    whole["report"] = {"report_id": "r", "outcome": "parts_pending"}
    whole["visit"] |= {
        "awaited": [
            {"number": "P-77", "name_zh": "主泵总成", "name_en": "Main pump", "measure": "台"}
            | {"part_id": "p", "quantity": 2}
        ],
        "awaited_note": "主泵缺货，厂家调拨。",
        "next_visit_on": "2026-12-03",
    }
    return whole


def content_before_and_after() -> dict[str, Any]:
    """Of a visit that photographed one place before and after, and others."""
    whole = content_2()
    taken = [("before", "17:05"), ("before", "17:06"), ("fault", "17:20"), ("after", "18:40")]
    whole["photos"] = [
        {"slot": slot, "sha256": digit * 64, "caption": None, "marks": None}
        | {"taken_at": f"2026-11-21T{time}:08.123Z"}
        for digit, (slot, time) in zip("cdab", taken, strict=True)
    ]
    return whole


def picture(kind: str = "JPEG", size: tuple[int, int] = (640, 480), colour: str = "gold") -> bytes:
    image = Image.new("RGB", size, colour)
    ImageDraw.Draw(image).ellipse((100, 100, 300, 300), fill="black")
    target = io.BytesIO()
    image.save(target, kind)
    return target.getvalue()


def signature() -> bytes:
    image = Image.new("RGBA", (300, 120))
    ImageDraw.Draw(image).line([(10, 90), (80, 20), (150, 100)], fill=(0, 0, 40, 255), width=4)
    target = io.BytesIO()
    image.save(target, "PNG")
    return target.getvalue()
