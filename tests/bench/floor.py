"""The floor: a bare Flask endpoint under the same server, over the same rows of the same file.

It knows nobody, checks nothing and writes plain rows: what no product can be faster than.
"""

import argparse
import os
import sqlite3
import threading
from pathlib import Path
from typing import Any

import orjson
from flask import Flask, Response, request
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from isal import isal_zlib

from server.core.ids import new_id
from server.serving import THREADS, end_with_parent

_ROW = "SELECT f.position, f.channel, f.kind, f.id, r.version, r.body FROM sync_feed f"
_ALL = (
    f"{_ROW} JOIN sync_record r ON r.rid = f.rid WHERE f.channel = ? AND f.position > ?"
    " ORDER BY f.kind, f.id"
)
# By the index of positions, like the product: SQLite alone would go through the whole channel.
_SINCE = (
    f"{_ROW} JOIN sync_record r ON r.rid = f.rid WHERE f.position > ? AND f.channel || '' = ?"
    " ORDER BY f.position, f.channel, f.kind, f.id"
)


def create_floor(path: str) -> Flask:
    """The bare app over an SQLite file."""
    app = Flask("floor")
    local = threading.local()

    def database() -> sqlite3.Connection:
        if not hasattr(local, "connection"):
            local.connection = sqlite3.connect(path, isolation_level=None)
            local.connection.execute("PRAGMA synchronous=FULL")
            local.connection.execute(
                "CREATE TABLE IF NOT EXISTS floor_mutation (id TEXT PRIMARY KEY, body TEXT)"
            )
        connection: sqlite3.Connection = local.connection
        return connection

    @app.get("/all")
    def everything() -> Response:
        return _answer(database().execute(_ALL, (request.args["channel"], 0)))

    @app.get("/since")
    def since() -> Response:
        key = (int(request.args["position"]), request.args["channel"])
        return _answer(database().execute(_SINCE, key))

    @app.post("/insert")
    def insert() -> Response:
        rows = [(m["id"], orjson.dumps(m)) for m in orjson.loads(request.data)["mutations"]]
        connection = database()
        connection.execute("BEGIN IMMEDIATE")
        for row in rows:
            connection.execute("INSERT INTO floor_mutation VALUES (?, ?)", row)
        connection.execute("COMMIT")
        return Response(b"{}", mimetype="application/json")

    @app.post("/file")
    def file() -> Response:
        """A plain write that is on disk when it is answered; of a new file, as a photo is one.

        Writing over an old one takes half the time: its place is there already, in memory as well.
        """
        with Path(f"{path}.{new_id()}").open("xb") as written:
            written.write(request.get_data())
            written.flush()
            os.fsync(written.fileno())
        return Response(b"{}", mimetype="application/json")

    @app.get("/healthz")
    def healthz() -> str:
        return "ok"

    return app


def _answer(rows: Any) -> Response:
    changes = [
        b'{"c":"%b","k":"%b","i":"%b","v":%d,"d":%b}'
        % (channel.encode(), kind.encode(), record_id.encode(), version, body)
        for _, channel, kind, record_id, version, body in rows
    ]
    content = b'{"changes":[%b]}' % b",".join(changes)
    answer = Response(content, mimetype="application/json")
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        squeezer = isal_zlib.compressobj(1, isal_zlib.DEFLATED, 31)
        answer.set_data(squeezer.compress(content) + squeezer.flush())
        answer.headers["Content-Encoding"] = "gzip"
    return answer


class _Loader:
    def __init__(self, path: str) -> None:
        self._path = path

    def __call__(self) -> Any:
        end_with_parent()
        return create_floor(self._path)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("path")
    parser.add_argument("port", type=int)
    given = parser.parse_args()
    Granian(
        "floor", address="127.0.0.1", port=given.port, interface=Interfaces.WSGI, workers=1,
        blocking_threads=THREADS, log_level=LogLevels.warning,
    ).serve(target_loader=_Loader(given.path), wrap_loader=False)  # fmt: skip


if __name__ == "__main__":
    main()
