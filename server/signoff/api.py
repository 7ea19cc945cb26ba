"""HTTP reads of reports."""

from typing import Any

from server.core.http.asked import Asked
from server.core.http.routes import Routes
from server.core.http.shapes import ID, Shape, more, nullable, record
from server.signoff import queries

REPORT: Shape = more(
    record("report"),
    signature=nullable(record("signature")),
    dispute=nullable(record("dispute")),
    unsigned=nullable(record("unsigned_record")),
    amends=nullable(ID),
)

routes = Routes("signoff")


@routes.get("/reports/<report_id>", answers=REPORT, permission="report.read", errors=("not_found",))
def one_report(asked: Asked, report_id: str) -> dict[str, Any]:
    """A report with its signature, dispute, or why it was left unsigned."""
    return queries.report(asked.session, asked.actor, report_id)
