"""What tests ask about held work, and how they bring it about."""

from typing import Any

from sqlalchemy import select

from server.core.audit import AuditEntry, first_break
from server.core.ids import new_id
from tests.support.app import Answer, Client
from tests.support.company import Company
from tests.support.phone import Phone

Json = dict[str, Any]


def listed(desk: Client, **query: Any) -> list[Json]:
    """The cards that a desk sees."""
    answer = desk.get("held", query_string=query)
    assert answer.status_code == 200, answer.text
    items: list[Json] = answer.json["items"]
    return items


def decided(answer: Answer) -> Json:
    """What a decision came to."""
    assert answer.status_code == 200, answer.text
    result: Json = answer.json["result"]
    return result


def first_of(phone: Phone) -> str:
    """The id of the first thing that a phone handed in."""
    return next(iter(phone.verdicts))


def audited(company: Company, order_id: str) -> list[str]:
    """The commands about an order, in an audit without a break."""
    with company.database.reading() as session:
        assert first_break(session) is None
        query = select(AuditEntry.command).where(AuditEntry.subject == f"order:{order_id}")
        return list(session.scalars(query.order_by(AuditEntry.n)))


def wrong_part(phone: Phone, order_id: str, visit_id: str, quantity: int = 0) -> str:
    """Fits a part in a quantity that can't be: held as invalid."""
    return phone.act(
        "visit.use_part",
        part_line_id=new_id(), stock_move_id=new_id(), visit_id=visit_id, order_id=order_id,
        part_id="oil", quantity=quantity,
    )  # fmt: skip
