"""Boxes that phones seal to the installation's key: whoever carries one cannot look into it.

ECDH on P-256 with a key made for one box, HKDF with SHA-256, AES-256-GCM; all that WebCrypto has.
A box is three hexadecimal words: the box's own public key, a nonce, the closed text.
"""

import json
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_CURVE: Final = ec.SECP256R1()
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_USE: Final = b"onsite sealed rating 1"
_NONCE_BYTES: Final = 12


def sealing_key(secret: bytes) -> ec.EllipticCurvePrivateKey:
    """The key that opens an installation's boxes; made from its secret, kept nowhere."""
    derived = HKDF(SHA256(), length=48, salt=None, info=b"onsite sealing key 1").derive(secret)
    return ec.derive_private_key(int.from_bytes(derived) % (_ORDER - 1) + 1, _CURVE)


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    """An uncompressed point."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def seal_box(
    public: ec.EllipticCurvePublicKey,
    own: ec.EllipticCurvePrivateKey,
    nonce: bytes,
    text: bytes,
    bound_to: bytes,
) -> str:
    """Closes a box.

    Args:
        public: of whoever may open it.
        own: made for this box alone.
        nonce: 12 random bytes.
        text: what is closed in.
        bound_to: without this very text the box does not open.
    """
    point = point_of(own.public_key())
    closed = AESGCM(_shared(own, public, point)).encrypt(nonce, text, bound_to)
    return ".".join(part.hex() for part in (point, nonce, closed))


def open_box(key: ec.EllipticCurvePrivateKey, box: str, bound_to: bytes) -> bytes | None:
    """Opens a box; None where it is none, is for another key, or is bound to something else."""
    try:
        point, nonce, closed = (bytes.fromhex(word) for word in box.split("."))
        if len(nonce) != _NONCE_BYTES:
            return None
        other = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, point)
        return AESGCM(_shared(key, other, point)).decrypt(nonce, closed, bound_to)
    except (InvalidTag, ValueError):
        return None


def opened_key(secret: bytes, box: str, person_id: str) -> str | None:
    """The key of a person's app lock, as the phone sealed it; None for another's, or for no box.

    Args:
        secret: of the installation.
        box: as `pwa/src/sync/lock.ts` makes it.
        person_id: whose lock it is.
    """
    text = open_box(sealing_key(secret), box, f"app lock {person_id}".encode())
    try:
        key = json.loads(text or b"null")
    except ValueError:
        return None
    return key if isinstance(key, str) else None


def _shared(
    own: ec.EllipticCurvePrivateKey, other: ec.EllipticCurvePublicKey, point: bytes
) -> bytes:
    secret = own.exchange(ec.ECDH(), other)
    return HKDF(SHA256(), length=32, salt=point, info=_USE).derive(secret)
