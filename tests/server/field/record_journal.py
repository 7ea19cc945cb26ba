"""Records a day's journal for ever: `python -m tests.server.field.record_journal FILE DATABASE`.

Run once for each version of the protocol or of a command, with the app of that version, before it
leaves the house. What it wrote is never changed afterwards.
"""

import json
import sys
from pathlib import Path
from typing import Any

from server.core.migrate import upgrade
from sync.canonical import hash_of
from sync.protocol import PROTOCOL
from tests.support.app import App, config_of
from tests.support.company import Company
from tests.support.phone import Phone

ORDERS = ("order-1", "order-2", "order-3")


def prepared(company: Company) -> Company:
    """The company on the morning of the recorded day."""
    for order_id in ORDERS:
        company.dispatched("ann", order_id=order_id)
    return company


def act(phone: Phone, name: str, **args: Any) -> None:
    """A minute later."""
    phone.app.clock.advance(minutes=1)  # type: ignore[attr-defined]
    phone.act(name, **args)


def report(phone: Phone, order_id: str, visit_id: str, round_: int) -> dict[str, Any]:
    content = {"order": {"number": order_id}, "parts": [], "total_fen": 45000, "round": round_}
    named = {"report_id": f"{order_id}-report-{round_}", "order_id": order_id}
    act(
        phone, "signoff.present", **named, visit_id=visit_id, round=round_, content=content,
        provisional_number=f"A7-{ORDERS.index(order_id) + 1:04d}", hash=hash_of(content),
    )  # fmt: skip
    return {**named, "hash": hash_of(content)}


def whole_day(phone: Phone) -> None:
    """Every field command there is, at least once."""
    repaired(phone, "order-1", "visit-1")
    second = {"order_id": "order-2", "visit_id": "visit-2"}
    act(phone, "visit.check_in", **second, arrival_method="manual", place_note="地下二层")
    act(phone, "visit.await_parts", **second, note_id="note-2", text="缺液压泵总成")
    act(phone, "visit.leave", **second, outcome="parts_pending")
    third = {"order_id": "order-3", "visit_id": "visit-3"}
    act(phone, "visit.check_in", **third, arrival_method="manual")
    shown = report(phone, "order-3", "visit-3", 1)
    act(
        phone, "signoff.leave_unsigned", unsigned_record_id="unsigned-3", order_id="order-3",
        report_id=shown["report_id"], reason="absent", explanation="客户外出", witness="门卫老李",
    )  # fmt: skip


def repaired(phone: Phone, order_id: str, visit_id: str) -> None:
    at = {"order_id": order_id, "visit_id": visit_id}
    act(phone, "order.accept", order_id=order_id)
    act(phone, "order.set_off", order_id=order_id)
    act(phone, "order.write_note", order_id=order_id, note_id="note-1", text="约好十点到")
    act(
        phone, "visit.check_in", **at, unit_id="unit", arrival_method="position",
        lat_e7=312304160, lng_e7=1214737010, accuracy_m=12,
    )  # fmt: skip
    changes = {"diagnosis": {"was": None, "now": "密封圈老化"}}
    act(phone, "visit.record", **at, changes=changes)
    changes = {"diagnosis": {"was": "密封圈老化", "now": "密封圈老化，油缸拉伤"}}
    act(phone, "visit.record", **at, changes=changes)
    act(phone, "visit.finish_diagnosis", **at)
    act(
        phone, "visit.use_part", **at, part_line_id="line-1", stock_move_id="move-1",
        part_id="oil", quantity=2, new_serial="N1", old_serial="O1",
    )  # fmt: skip
    act(
        phone, "visit.add_photo", **at, photo_id="photo-1", slot="after", sha256="5e" * 32,
        media_type="image/jpeg", bytes=183211, width=2048, height=1536, caption="修复后", thumb="x",
    )  # fmt: skip
    act(phone, "visit.finish_repair", **at)
    first = report(phone, order_id, visit_id, 1)
    named = {"order_id": order_id, "report_id": first["report_id"]}
    act(phone, "signoff.dispute", **named, dispute_id="dispute-1", reason="工时不对")
    second = report(phone, order_id, visit_id, 2)
    act(
        phone, "signoff.sign", order_id=order_id, report_id=second["report_id"],
        signature_id="signature-1", report_hash=second["hash"], method="finger",
        signer_name="王主任", image="data:image/png;base64,AA==", strokes=[[1, 2, 3]], rating=5,
    )  # fmt: skip
    act(phone, "visit.leave", **at, outcome="done")


def main(target: str, folder: str) -> None:
    url = f"sqlite:///{folder}/recorded.db"
    upgrade(url)
    app = App(config_of(url, Path(folder)))
    prepared(app.company())
    phone = Phone.of(app, "ann")
    whole_day(phone)
    app.clock.advance(hours=1)
    request = phone.body()
    answer = phone.client.post("sync", request).json
    made = {
        "about": "A day's journal as an app of this version pushed it. Never changed.",
        "protocol": PROTOCOL,
        "received_at": phone.now,
        "request": request,
        "verdicts": [[v["seq"], v["verdict"], v["reason"]] for v in answer["verdicts"]],
    }
    Path(target).write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
