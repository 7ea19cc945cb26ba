"""The installation's own certificate authority."""

import ssl
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from server.lan.certificates import Files, ca_der, fingerprint, names_of, prepare

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
HOME = ["192.168.1.5"]


def certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def verify(files: Files, address: str) -> None:
    """As a client does that trusts this authority."""
    builder = PolicyBuilder().store(Store([certificate(files.ca)])).time(NOW)
    builder.build_server_verifier(x509.IPAddress(ip_address(address))).verify(
        certificate(files.server), []
    )


def test_keys_are_readable_by_this_user_alone(tmp_path: Path) -> None:
    files = prepare(tmp_path, HOME, NOW)
    for key in (files.ca_key, files.server_key):
        assert key.stat().st_mode & 0o777 == 0o600


def test_the_certificate_speaks_for_every_name_of_this_machine(tmp_path: Path) -> None:
    files = prepare(tmp_path, HOME, NOW)
    known = certificate(files.server).extensions.get_extension_for_class(
        x509.SubjectAlternativeName
    )
    spoken = {str(name) for name in known.value.get_values_for_type(x509.IPAddress)}
    spoken |= set(known.value.get_values_for_type(x509.DNSName))
    assert set(names_of(HOME)) == spoken
    assert {"localhost", "127.0.0.1", "192.168.1.5"} <= spoken


def test_openssl_takes_the_chain(tmp_path: Path) -> None:
    files = prepare(tmp_path, HOME, NOW)
    context = ssl.create_default_context(cafile=str(files.ca))
    assert context.get_ca_certs()[0]["subject"]
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(files.server, files.server_key)


def test_a_second_start_changes_nothing(tmp_path: Path) -> None:
    files = prepare(tmp_path, HOME, NOW)
    before = {path: path.read_bytes() for path in files.folder.iterdir()}
    prepare(tmp_path, HOME, NOW + timedelta(days=30))
    assert {path: path.read_bytes() for path in files.folder.iterdir()} == before


def test_another_address_gets_another_certificate_from_the_same_authority(tmp_path: Path) -> None:
    files = prepare(tmp_path, HOME, NOW)
    ca, server = files.ca.read_bytes(), files.server.read_bytes()
    prepare(tmp_path, ["10.0.0.7"], NOW)
    assert files.ca.read_bytes() == ca  # phones need not trust anew
    assert files.server.read_bytes() != server


def test_a_certificate_is_renewed_a_month_before_it_ends(tmp_path: Path) -> None:
    files = prepare(tmp_path, HOME, NOW)
    server = files.server.read_bytes()
    prepare(tmp_path, HOME, NOW + timedelta(days=360))
    assert files.server.read_bytes() == server
    prepare(tmp_path, HOME, NOW + timedelta(days=368))
    assert files.server.read_bytes() != server


def test_the_authority_may_speak_for_private_addresses_only(tmp_path: Path) -> None:
    files = prepare(tmp_path, HOME, NOW)
    found = certificate(files.ca).extensions.get_extension_for_class(x509.NameConstraints).value
    networks = [str(n.value) for n in found.permitted_subtrees or () if "/" in str(n.value)]
    assert networks == [
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8",
    ]  # fmt: skip


def test_a_machine_with_a_public_address_gets_an_authority_that_may_name_it(tmp_path: Path) -> None:
    before = prepare(tmp_path, HOME, NOW).ca.read_bytes()
    files = prepare(tmp_path, ["203.0.113.9"], NOW)
    assert files.ca.read_bytes() != before
    found = certificate(files.ca).extensions.get_extension_for_class(x509.NameConstraints).value
    assert "203.0.113.9/32" in [str(name.value) for name in found.permitted_subtrees or ()]


def test_a_lost_key_gets_a_new_authority(tmp_path: Path) -> None:
    files = prepare(tmp_path, HOME, NOW)
    first = fingerprint(files)
    files.ca_key.unlink()
    prepare(tmp_path, HOME, NOW)
    assert fingerprint(files) != first


def test_what_phones_install_has_the_fingerprint_that_is_shown(tmp_path: Path) -> None:
    files = prepare(tmp_path, HOME, NOW)
    assert sha256(ca_der(files)).hexdigest().upper() == fingerprint(files).replace(":", "")


def test_another_site_cannot_be_spoken_for(tmp_path: Path) -> None:
    with pytest.raises(VerificationError):
        verify(prepare(tmp_path, HOME, NOW), "203.0.113.9")
