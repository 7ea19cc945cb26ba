"""Loading once, putting back, and keeping away from a real company."""

import hashlib
import io
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import func, select

from server.core import db, feed
from server.core.blobs import Blobs
from server.core.clock import FixedClock, SystemClock
from server.core.db import Database
from server.demo.company import hashes, password_of
from server.demo.hand import sign
from server.demo.load import load_demo
from server.demo.photos import take
from server.demo.stage import demo_id, members
from server.demo.stories import Stories
from server.orders.models import Order
from server.people.models import Person
from server.people.passwords import fits
from tests.server.demo.conftest import SHANGHAI
from tests.support.app import App, config_of


@pytest.fixture
def demo(database_url: str, tmp_path: Path) -> Iterator[App]:
    """The app with the demo company, on each kind of database."""
    config = replace(config_of(database_url, tmp_path / "data"), demo=True)
    made = App(config)
    load_demo(made.services.database, made.services.blobs, made.clock, SHANGHAI)
    yield made
    made.close()


def test_several_processes_that_start_together_load_it_once_however_long_it_takes(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "BUSY_SECONDS", 0.1)

    def load(_: int) -> bool:
        database = Database(database_url)
        try:
            blobs = Blobs(f"file://{tmp_path}/blobs")
            return load_demo(database, blobs, SystemClock(), SHANGHAI)
        finally:
            database.close()

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(load, range(3))) == [False, False, True]
    database = Database(database_url)
    with database.reading() as session:
        assert session.scalar(select(func.count(Order.id))) == 28
    database.close()


@pytest.mark.parametrize("hour", [0, 23])
def test_it_can_be_loaded_at_any_hour(sqlite_url: str, tmp_path: Path, hour: int) -> None:
    database = Database(sqlite_url)
    clock = FixedClock(datetime(2026, 12, 31, 16, 0, tzinfo=UTC) + timedelta(hours=hour))
    assert load_demo(database, Blobs(f"file://{tmp_path}/blobs"), clock, SHANGHAI)
    database.close()


def test_everybody_on_the_list_can_log_in_and_see_what_they_may(
    loaded: Database, tmp_path: Path
) -> None:
    demo = App(replace(config_of(loaded.url, tmp_path), demo=True))
    people = demo.client().get("demo").json["people"]
    assert len(people) == 17
    for person in people:
        client = demo.log_in(person["login"], person["password"])
        assert client.get("me").json["person"]["name_zh"] == person["name_zh"]
    assert demo.log_in("dispatcher", "demo-dispatcher").get("orders").json["total"] == 28
    demo.close()


def test_the_links_in_messages_that_the_demo_shows_lead_to_their_orders(demo: App) -> None:
    shown = [one["text"] for one in demo.client().get("demo/messages").json["items"]]
    tokens = {found for text in shown for found in re.findall(r"/c/r/([\w-]+)", text)}
    assert tokens
    codes = {demo.client().get(f"guest/cases/{token}").status_code for token in tokens}
    assert codes == {200}


def test_the_hashes_that_come_with_the_demo_fit_its_passwords() -> None:
    kept = hashes()
    assert set(kept) == {password_of(member) for member in members().values()}
    assert fits("demo-engineer", kept["demo-engineer"])


def test_a_reset_puts_everything_back_and_ends_all_log_ins(demo: App) -> None:
    client = demo.log_in("dispatcher", "demo-dispatcher")
    order_id = demo_id("order", "warranty-week")
    engineer = members()["engineer"].id
    done = client.command("order.assign", order_id=order_id, assignee_id=engineer)
    assert done.status_code == 200
    with demo.services.database.reading() as session:
        before = feed.head(session)[1]
    started = demo.client().post("demo/reset")
    assert started.status_code == 202
    assert demo.client().post("demo/reset").json["code"] == "conflict"
    assert follow(demo) == {"running", "idle"}
    with demo.services.database.reading() as session:
        assert session.get_one(Order, order_id).assignee_id is None
        assert session.scalar(select(func.count(Order.id))) == 28
        assert feed.head(session)[1] != before
    assert client.get("me").status_code == 401
    demo.log_in("dispatcher", "demo-dispatcher")


def follow(demo: App) -> set[str]:
    """Watches a reset to its end; the states that were seen."""
    seen: set[str] = set()
    end = time.monotonic() + 120
    while time.monotonic() < end:
        reset = demo.client().get("demo").json["reset"]
        seen.add(reset["state"])
        if reset["state"] != "running":
            break
        assert 0 <= reset["done"] <= reset["of"]
        time.sleep(0.05)
    return seen


def test_a_real_company_has_no_demo_and_cannot_be_reset(app: App) -> None:
    app.run("company.update", name_zh="真公司")
    app.person("dispatcher", "admin")
    real = App(replace(app.config, demo=True))
    assert real.client().get("demo").status_code == 404
    assert real.client().post("demo/reset").status_code == 404
    services = real.services
    assert not load_demo(services.database, services.blobs, real.clock, SHANGHAI)
    with services.database.reading() as session:
        assert session.scalar(select(func.count(Person.id))) == 1
    real.close()


def test_without_demo_data_there_is_no_demo(app: App) -> None:
    assert app.client().get("demo").status_code == 404


def test_the_same_seed_is_the_same_photo_and_another_seed_another() -> None:
    one, same, other = take("crack", 1), take("crack", 1), take("crack", 2)
    assert one == same
    assert one.sha256 != other.sha256
    assert one.sha256 == hashlib.sha256(one.data).hexdigest()
    with Image.open(io.BytesIO(one.data)) as image:
        assert image.size == (1024, 768)
        assert not image.getexif()
    assert len(one.thumb) < 40_000


def test_a_signature_fits_its_field() -> None:
    image, strokes = sign("周建国", 1)
    assert image.startswith("data:image/png;base64,")
    assert len(image) < 120_000
    assert 5 < len(strokes) <= 400


def test_every_story_is_told() -> None:
    told = {name for name in vars(Stories) if not name.startswith("_") and name != "write"}
    source = Stories._all.__code__.co_names
    assert told <= set(source)
