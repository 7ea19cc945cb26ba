"""Signatures of devices: ECDSA P-256 with SHA-256, as WebCrypto makes them; and of the server."""

from datetime import datetime
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from server.core.clock import to_text
from sync.canonical import canonical

_HALF: Final = 64  # hexadecimal digits of r, and of s


def device_signed(key: str, signature: str, text: bytes) -> bool:
    """Whether a device's key signed a text.

    Args:
        key: uncompressed point, in hexadecimal.
        signature: r and s one after the other (IEEE P1363), in hexadecimal.
        text: what was signed.
    """
    try:
        point = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), bytes.fromhex(key))
        whole = bytes.fromhex(signature).hex()
        if len(whole) != 2 * _HALF:
            return False
        der = encode_dss_signature(int(whole[:_HALF], 16), int(whole[_HALF:], 16))
        point.verify(der, text, ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def server_signed(key: str, signature: str, text: bytes) -> bool:
    """Whether an installation's key (Ed25519, in hexadecimal) signed a text."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(
            bytes.fromhex(signature), text
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def receipt_text(
    seal_id: str,
    content: str | None,
    statement: str,
    device: tuple[str | None, str | None, str],
    received_at: datetime,
) -> bytes:
    """What the server puts its key to when it has received a sealed act.

    Args:
        seal_id: of the report or the signature.
        content: canonical text of the content; None for a signature, which names its hash.
        statement: canonical text of what the device stated.
        device: its key, its signature, and what the server found of both.
        received_at: by the server's clock.
    """
    key, signature, found = device
    return canonical(
        {
            "receives": seal_id,
            "content": content,
            "statement": statement,
            "device_key": key,
            "device_signature": signature,
            "device_check": found,
            "received_at": to_text(received_at),
        }
    )
