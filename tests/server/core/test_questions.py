"""Questions that go to the driver directly: the same answers, the same errors, one connection."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import bindparam, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from server.catalogue.models import Part
from server.core.feed import SyncClock
from server.core.limits import RateCount
from server.core.questions import Question, Writing, ask, inserting, listed, texts
from server.core.reader import Reader
from server.people.models import Person
from tests.support.app import App

PEOPLE = Question(
    select(Person.id, Person.roles, Person.active).where(Person.id.in_(texts("ids"))).order_by("id")
)
PARTS = Question(select(Part.id).where(Part.id == bindparam("id")))


@pytest.fixture
def reader(app: App) -> Iterator[Reader]:
    app.company()
    reader = Reader(app.services.database)
    yield reader
    reader.release()


def test_an_answer_is_what_the_session_would_have_given(reader: Reader) -> None:
    ids = listed(["ann", "ben", "nobody"])
    direct = reader.ask(PEOPLE, ids=ids)
    by_session = reader.session.execute(PEOPLE.statement, {"ids": ids}).all()
    assert [tuple(row) for row in direct] == [tuple(row) for row in by_session]
    assert [row.id for row in direct] == ["ann", "ben"]
    assert direct[0].roles == ["engineer"]
    assert direct[0].active is True


def test_it_is_asked_again_with_other_values(reader: Reader) -> None:
    assert [row.id for row in reader.ask(PARTS, id="oil")] == ["oil"]
    assert reader.ask(PARTS, id="none") == []


def test_what_is_wrong_is_told_as_the_session_tells_it(reader: Reader) -> None:
    reader.session.execute(text("SELECT 1"))
    reader.release()
    broken = Question(select(SyncClock.id).where(text("no_such_column = 1")))
    with pytest.raises(DBAPIError):
        reader.ask(broken)
    reader.release()
    assert len(reader.ask(PARTS, id="oil")) == 1


def test_a_reader_never_has_two_connections(reader: Reader, app: App) -> None:
    database = app.services.database

    def taken() -> int:
        """Those that are kept at hand for the next question are nobody's."""
        return int(database.engine.pool.checkedout()) - len(database.at_hand)  # type: ignore[attr-defined]

    reader.ask(PARTS, id="oil")
    assert taken() == 1
    assert reader.session.scalar(select(Part.id).where(Part.id == "oil")) == "oil"
    assert taken() == 1
    with closing(reader.rows(PARTS, id="oil")) as rows:
        assert [tuple(row) for row in rows] == [("oil",)]
    assert taken() == 1
    reader.release()
    assert taken() == 0


def test_rows_that_nobody_fetched_do_not_keep_the_connection(reader: Reader, app: App) -> None:
    rows = reader.rows(PEOPLE, ids=listed(["ann", "ben"]))
    next(rows)
    rows.close()
    reader.release()
    app.run("person.disable", person_id="ben")
    assert [row.active for row in reader.ask(PEOPLE, ids=listed(["ann", "ben"]))] == [True, False]


def test_rows_are_written_by_the_hundred_with_values_of_every_type(app: App) -> None:
    later = app.clock.now() + timedelta(hours=1)
    rows = [{"key": f"k{n}", "n": n, "until": later} for n in range(200)]
    counts = Question(select(RateCount.key, RateCount.n, RateCount.until).order_by(RateCount.n))
    with app.services.database.writing() as session:
        inserting(RateCount).write(session, rows)
        inserting(RateCount).write(session, [])
        found = ask(session, counts)
    assert [(row.key, row.n, row.until) for row in found] == [tuple(r.values()) for r in rows]


def test_a_value_that_is_taken_is_told_as_ever_and_nothing_is_kept(app: App) -> None:
    row = {"key": "once", "n": 1, "until": app.clock.now()}
    with pytest.raises(IntegrityError), app.services.database.writing() as session:
        inserting(RateCount).write(session, [row, row])
    with app.services.database.reading() as reading:
        assert reading.get(RateCount, "once") is None


def test_a_value_that_was_forgotten_is_no_null(app: App) -> None:
    forgetful = Writing(insert(RateCount).values(key=bindparam("key"), n=bindparam("n")))
    with pytest.raises(KeyError), app.services.database.writing() as session:
        forgetful.write(session, [{"key": "once"}])
