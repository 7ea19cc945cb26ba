"""Proof of work: what a device has computed before a report that looks like spam is taken in."""

from hashlib import sha256


def enough(report_id: str, work: str, bits: int) -> bool:
    """Whether the hash of a report's id and the work begins with that many zero bits.

    Args:
        report_id: of the report; work done for one is worth nothing for another.
        work: found by trying.
        bits: each more doubles the tries.
    """
    digest = sha256(f"{report_id}:{work}".encode()).digest()
    return int.from_bytes(digest, "big") >> (256 - bits) == 0
