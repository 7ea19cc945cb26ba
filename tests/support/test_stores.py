"""The tests' own PostgreSQL and S3 store are real, fresh for each test, and leave nothing."""

from pathlib import Path

import obstore
import obstore.store
import psycopg
import pytest

from tests.support.postgres import PostgresServer
from tests.support.s3 import S3Server


def address(url: str) -> str:
    return url.replace("+psycopg", "")


def make_table(url: str) -> None:
    with psycopg.connect(address(url)) as connection:
        connection.execute("CREATE TABLE prepared (n int)")


def test_each_database_is_a_clone_of_the_prepared_one_and_knows_no_other() -> None:
    server = PostgresServer(prepare=make_table)
    server.start()
    try:
        first, second = server.fresh(), server.fresh()
        with psycopg.connect(address(first)) as connection:
            connection.execute("INSERT INTO prepared VALUES (1)")
        with psycopg.connect(address(second)) as connection:
            assert connection.execute("SELECT count(*) FROM prepared").fetchall() == [(0,)]
        server.drop(first)
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(address(first))
    finally:
        server.stop()
    assert not server._folder.exists()


def test_the_s3_store_keeps_what_is_put_and_refuses_a_second_create(s3: S3Server) -> None:
    store = obstore.store.S3Store.from_url(
        s3.url("probe"),
        endpoint=s3.endpoint,
        access_key_id=s3.environ["AWS_ACCESS_KEY_ID"],
        secret_access_key=s3.environ["AWS_SECRET_ACCESS_KEY"],
        region="us-east-1",
        client_options={"allow_http": True},
    )
    obstore.put(store, "photo", b"first", mode="create")
    with pytest.raises(obstore.exceptions.AlreadyExistsError):
        obstore.put(store, "photo", b"second", mode="create")
    assert bytes(obstore.get(store, "photo").bytes()) == b"first"


def test_a_stopped_store_leaves_no_file_and_no_socket() -> None:
    server = S3Server()
    server.start()
    server.stop()
    assert not server._folder.exists()
    left = {path.stem.rpartition("-")[2] for path in Path("/tmp").glob("seaweedfs-*.sock")}
    assert not left & {str(port) for port in server._ports}
