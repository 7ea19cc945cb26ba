"""A photo on its way by tus 1.0, as a phone sends it: in pieces, going on where it stopped."""

import base64
from dataclasses import dataclass

from tests.support.app import Answer, Client
from tests.support.pictures import hash_of

TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {**TUS, "Content-Type": "application/offset+octet-stream"}


@dataclass
class PhotoUpload:
    """One photo's upload; every step may be cut off and asked for again.

    Attributes:
        client: who sends it.
        data: the whole file.
        piece: bytes in one request.
        address: where the upload is, once the server has said so.
        offset: bytes that the server has said are durable.
    """

    client: Client
    data: bytes
    piece: int
    address: str | None = None
    offset: int = 0

    @property
    def done(self) -> bool:
        return self.offset == len(self.data)

    def step(self) -> None:
        """The next request: begin, or send the next piece from where the server stands.

        Raises:
            requests.RequestException: it was cut off.
            AssertionError: the server has lost bytes that it had acknowledged.
        """
        if self.address is None:
            self.address = self._begin().headers["Location"]
            return
        stands = self._stands()
        assert stands >= self.offset, f"{self.offset} bytes were acknowledged, {stands} are there"
        self.offset = stands
        if not self.done:
            self._send()

    def _begin(self) -> Answer:
        digest = base64.b64encode(hash_of(self.data).encode()).decode()
        asked = {"Upload-Length": str(len(self.data)), "Upload-Metadata": f"sha256 {digest}"}
        answer = self.client.ask("POST", "uploads", headers={**TUS, **asked})
        assert answer.status_code == 201, answer.text
        return answer

    def _stands(self) -> int:
        answer = self.client.ask("HEAD", str(self.address), headers=TUS)
        assert answer.status_code == 200, answer.text
        return int(answer.headers["Upload-Offset"])

    def _send(self) -> None:
        start, end = self.offset, self.offset + self.piece
        headers = {**PIECE, "Upload-Offset": str(start)}
        answer = self.client.ask(
            "PATCH", str(self.address), headers=headers, data=self.data[start:end]
        )
        assert answer.status_code == 204, answer.text
        self.offset = int(answer.headers["Upload-Offset"])
