"""A photo's file on its way, in one piece, as tus wants it."""

import base64

from tests.support.app import Client
from tests.support.pictures import hash_of

TUS = {"Tus-Resumable": "1.0.0"}


def upload(client: Client, data: bytes) -> str:
    """Sends a photo whole; its hash."""
    digest = hash_of(data)
    named = base64.b64encode(digest.encode()).decode()
    asked = {"Upload-Length": str(len(data)), "Upload-Metadata": f"sha256 {named}"}
    begun = client.ask("POST", "uploads", headers={**TUS, **asked})
    assert begun.status_code == 201, begun.text
    piece = {**TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
    sent = client.ask("PATCH", begun.headers["Location"], headers=piece, data=data)
    assert sent.status_code == 204, sent.text
    return digest
