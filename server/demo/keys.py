"""Keys of the phones in the demo company: made of their names, so a reset changes none."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from server.core.catalogue import TABLES
from sync.canonical import canonical
from sync.statements import statement


@dataclass(frozen=True)
class PhoneKey:
    """A key of P-256, as a browser makes one."""

    private: ec.EllipticCurvePrivateKey

    @property
    def public(self) -> str:
        """An uncompressed point, in hexadecimal."""
        point = self.private.public_key()
        return point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint).hex()

    def sign(self, text: bytes) -> str:
        """r and s, as WebCrypto gives them."""
        r, s = decode_dss_signature(self.private.sign(text, ec.ECDSA(SHA256())))
        return f"{r:064x}{s:064x}"

    def attested(self, name: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """The command's arguments with the device's signature."""
        text = canonical(statement(TABLES.statements, name, args))
        return {**args, "device_key": self.public, "device_signature": self.sign(text)}


@cache
def key_of(login: str) -> PhoneKey:
    """The key of somebody's phone in the demo company."""
    number = int.from_bytes(sha256(f"onsite demo phone {login}".encode()).digest()[:31]) + 1
    return PhoneKey(ec.derive_private_key(number, ec.SECP256R1()))
