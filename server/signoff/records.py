"""What of reports is synced: as the visit they report on."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.core.records import Key, follows, synced
from server.signoff.models import Dispute, Report, ReportReturn, Signature, UnsignedRecord
from server.visits.records import channels_beside_order


def _report_channels(session: Session, report: Any) -> Iterable[str]:
    return channels_beside_order(session, report.order_id, report.visit_id)


def _answer_channels(session: Session, answer: Any) -> Iterable[str]:
    report = session.get(Report, answer.report_id)
    visit_id = report.visit_id if report is not None else None
    return channels_beside_order(session, answer.order_id, visit_id)


synced("report", Report, _report_channels)
synced("signature", Signature, _answer_channels)
synced("dispute", Dispute, _answer_channels)
synced("unsigned_record", UnsignedRecord, _answer_channels)
synced("report_return", ReportReturn, _answer_channels)

_MODELS: dict[str, Any] = {
    "report": Report,
    "signature": Signature,
    "dispute": Dispute,
    "unsigned_record": UnsignedRecord,
    "report_return": ReportReturn,
}


@follows("order")
def _sign_off(session: Session, order: Any) -> Iterable[Key]:
    for name, model in _MODELS.items():
        ids = session.scalars(select(model.id).where(model.order_id == order.id))
        yield from ((name, record_id) for record_id in ids)
