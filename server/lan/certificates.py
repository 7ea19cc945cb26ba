"""A certificate authority of this installation's own, and the server's certificate from it.

Phones trust the authority once. It may vouch for this machine's name and for private addresses
only, so that its key is of no use against any other site.
"""

import os
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CA_YEARS: Final = 10
SERVER_DAYS: Final = 397  # what iOS and browsers accept at most of public ones; renewed by itself
RENEW_BEFORE: Final = timedelta(days=30)
_PRIVATE: Final = tuple(
    map(
        ip_network,
        ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8"),
    )
)
_MOMENT: Final = timedelta(minutes=5)  # a phone's clock may be a little behind


@dataclass(frozen=True)
class Identity:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Files:
    """Where they lie, below the data folder."""

    folder: Path

    @property
    def ca(self) -> Path:
        return self.folder / "ca.pem"

    @property
    def ca_key(self) -> Path:
        return self.folder / "ca.key"

    @property
    def server(self) -> Path:
        return self.folder / "server.pem"

    @property
    def server_key(self) -> Path:
        return self.folder / "server.key"


def files_of(data: Path) -> Files:
    """The files of an installation."""
    return Files(data / "lan")


def prepare(data: Path, addresses: Iterable[str], now: datetime) -> Files:
    """Makes what is missing, and a new server certificate where the old one does not fit.

    Args:
        data: the data folder.
        addresses: IP addresses of this machine on the local network.
        now: the present moment.
    """
    files = files_of(data)
    files.folder.mkdir(parents=True, exist_ok=True)
    names = names_of(addresses)
    ca = _load(files.ca, files.ca_key)
    if ca is None or not _vouches(ca.certificate, names, now):
        ca = _new_authority(files, names, now)
    server = _load(files.server, files.server_key)
    if server is None or not _fits(server.certificate, ca.certificate, names, now):
        _new_server(files, ca, names, now)
    return files


def names_of(addresses: Iterable[str]) -> list[str]:
    """Under which names and addresses this machine is called on its network."""
    host = socket.gethostname().lower()
    return sorted({"localhost", "127.0.0.1", host, f"{host.partition('.')[0]}.local", *addresses})


def fingerprint(files: Files) -> str:
    """SHA-256 of the authority's certificate, as phones show it."""
    certificate = x509.load_pem_x509_certificate(files.ca.read_bytes())
    digest = sha256(certificate.public_bytes(serialization.Encoding.DER)).hexdigest().upper()
    return ":".join(digest[i : i + 2] for i in range(0, len(digest), 2))


def ca_der(files: Files) -> bytes:
    """The authority's certificate in the form that phones install."""
    certificate = x509.load_pem_x509_certificate(files.ca.read_bytes())
    return certificate.public_bytes(serialization.Encoding.DER)


def _new_authority(files: Files, names: list[str], now: datetime) -> Identity:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(f"Onsite {socket.gethostname()} {now:%Y-%m-%d}")
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=True, crl_sign=True,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        _begun(name, name, key, now, timedelta(days=365 * CA_YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        # Not critical: a phone that does not know the constraint shall still take the rest.
        .add_extension(_constraints(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    return _save(Identity(certificate, key), files.ca, files.ca_key)


def _constraints(names: list[str]) -> x509.NameConstraints:
    """Private networks, names that no public site has, and what this machine is called now."""
    wanted = [_general(name) for name in names]
    called = [name for name in wanted if isinstance(name, x509.DNSName)]
    alone = [
        x509.IPAddress(ip_network(name.value))
        for name in wanted
        if isinstance(name, x509.IPAddress) and not _is_private(name.value)
    ]
    allowed = [*called, x509.DNSName("local"), *map(x509.IPAddress, _PRIVATE), *alone]
    return x509.NameConstraints(permitted_subtrees=allowed, excluded_subtrees=None)


def _is_private(address: Any) -> bool:
    return any(address in network for network in _PRIVATE)


def _vouches(ca: x509.Certificate, names: list[str], now: datetime) -> bool:
    """Whether the authority may still speak for all names; else phones have to trust a new one."""
    constraints = ca.extensions.get_extension_for_class(x509.NameConstraints).value
    allowed = [name.value for name in constraints.permitted_subtrees or ()]
    lasts = ca.not_valid_after_utc - now > timedelta(days=SERVER_DAYS)
    return lasts and all(_allowed(_general(name), allowed) for name in names)


def _allowed(name: x509.GeneralName, allowed: list[Any]) -> bool:
    if isinstance(name, x509.DNSName):
        texts = [text for text in allowed if isinstance(text, str)]
        return any(name.value == text or name.value.endswith(f".{text}") for text in texts)
    return any(name.value in network for network in allowed if not isinstance(network, str))


def _new_server(files: Files, ca: Identity, names: list[str], now: datetime) -> Identity:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(f"Onsite {socket.gethostname()}")
    server_use = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    certificate = (
        _begun(subject, ca.certificate.subject, key, now, timedelta(days=SERVER_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([_general(n) for n in names]), critical=False)
        .add_extension(server_use, critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca.key.public_key()), critical=False
        )
        .sign(ca.key, hashes.SHA256())
    )
    return _save(Identity(certificate, key), files.server, files.server_key)


def _begun(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    now: datetime,
    lasts: timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _MOMENT)
        .not_valid_after(now + lasts)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common[:64])])


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _fits(server: x509.Certificate, ca: x509.Certificate, names: list[str], now: datetime) -> bool:
    try:
        server.verify_directly_issued_by(ca)
    except (ValueError, TypeError, InvalidSignature):
        return False
    known = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    has = {str(n) for n in known.get_values_for_type(x509.IPAddress)}
    has |= set(known.get_values_for_type(x509.DNSName))
    return set(names) <= has and server.not_valid_after_utc - now > RENEW_BEFORE


def _load(certificate: Path, key: Path) -> Identity | None:
    if not (certificate.exists() and key.exists()):
        return None
    private = serialization.load_pem_private_key(key.read_bytes(), password=None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        return None
    return Identity(x509.load_pem_x509_certificate(certificate.read_bytes()), private)


def _save(identity: Identity, certificate: Path, key: Path) -> Identity:
    """The key first and for this user alone; a certificate without its key is of no use."""
    private = identity.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    key.unlink(missing_ok=True)
    handle = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(private)
    certificate.write_bytes(identity.certificate.public_bytes(serialization.Encoding.PEM))
    return identity
