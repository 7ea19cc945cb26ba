"""The published limits of a phone (docs/reliability.md), and what happens beyond them."""

from server.orders.models import Order
from sync.protocol import MUTATIONS_MAX
from tests.support.app import App
from tests.support.phone import Phone


def test_a_phone_that_was_away_for_a_year_hands_in_all_that_was_done(sqlite_app: App) -> None:
    company = sqlite_app.company()
    order_id, ann = company.dispatched("ann"), Phone.of(sqlite_app, "ann")
    ann.sync()
    made = 2 * MUTATIONS_MAX + 1
    for n in range(made):
        ann.act("order.write_note", order_id=order_id, note_id=f"note-{n}", text="已试机")
    company.later(days=400)
    company.dispatched("ann")
    assert ann.ask(mutations=[]).json["code"] == "session_expired"
    ann.client = sqlite_app.enter("ann")
    while ann.pending:
        ann.round(mutations=ann.pending[:MUTATIONS_MAX])
    assert {verdict["verdict"] for verdict in ann.verdicts.values()} == {"applied"}
    assert len(ann.verdicts) == len(company.row(Order, order_id).notes) == made
    ann.sync()
    assert len([one for one in ann.records if one[0] == "order"]) == 2


def test_a_request_with_more_than_that_is_answered_by_name_and_takes_nothing(
    sqlite_app: App,
) -> None:
    company = sqlite_app.company()
    order_id, ann = company.dispatched("ann"), Phone.of(sqlite_app, "ann")
    for n in range(MUTATIONS_MAX + 1):
        ann.act("order.write_note", order_id=order_id, note_id=f"note-{n}", text="已试机")
    assert ann.ask().json["code"] == "too_large"
    assert company.row(Order, order_id).notes == []
