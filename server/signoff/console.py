"""`onsite verify FILE`: checks a printed report, without the server and without a network."""

import argparse
import sys
from pathlib import Path

from server.config import Config
from server.core.catalogue import ERRORS
from server.core.console import console_language, in_words
from server.core.errors import Problem
from server.core.i18n import message
from server.signoff.altered import Difference
from server.signoff.evidence import MOST_BYTES, name_of, report_key
from server.signoff.speech import Speech
from server.signoff.verify import Finding, verify

GENUINE, NOT_GENUINE, UNREADABLE = 0, 1, 2


def verify_flags(parser: argparse.ArgumentParser) -> None:
    """The flags of `onsite verify`."""
    parser.add_argument("file", type=Path, help="a service report as PDF")
    parser.add_argument(
        "--key",
        action="append",
        default=[],
        metavar="HEX",
        help="key of an installation that is trusted (shown at /api/v1/report-key); "
        "without it the key of the data folder",
    )


def run_verify(config: Config, given: argparse.Namespace) -> int:
    """0: genuine. 1: altered, or signed by an unknown key. 2: nothing to check it by."""
    try:
        if given.file.stat().st_size > MOST_BYTES:
            raise Problem("too_large")
        finding = verify(given.file.read_bytes(), given.key or _own(config))
    except OSError as error:
        print(f"onsite: {given.file}: {error.strerror}", file=sys.stderr)
        return UNREADABLE
    except Problem as problem:
        words = message(problem.code, console_language())
        print(f"onsite: {ERRORS[problem.code]['number']} {words}", file=sys.stderr)
        return UNREADABLE
    _tell(finding)
    return GENUINE if finding.genuine else NOT_GENUINE


def _own(config: Config) -> list[str]:
    """The key of this machine's installation, if there is one; none is made for looking."""
    return [name_of(report_key(config.secret()))] if config.secret_file.exists() else []


def _tell(finding: Finding) -> None:
    paper, key = finding.evidence.paper, finding.evidence.key
    print(f"{paper.number or paper.provisional_number}  SHA-256 {paper.fingerprint}")
    if finding.interim:
        print(Speech(console_language(), paper.zone).say("title_interim"))
    for one in finding.differences:
        _tell_difference(one)
    if finding.device is not None:
        speech = Speech(console_language(), paper.zone)
        phone = (paper.device.key if paper.device else None) or ""
        print(speech.say(f"device_{finding.device}", text=phone[2:18]))
    if finding.differences:
        print(in_words("与签发时不一致。", "Not as it was sealed."))
    elif not finding.known:
        zh, en = (
            "内容一致，但签发密钥不在信任之列",
            "Unaltered, but signed by a key that is not trusted",
        )
        print(f"{in_words(zh, en)}: {key}")
    else:
        print(in_words("真实：与签发时完全一致。", "Genuine: exactly as it was sealed."))


def _tell_difference(one: Difference) -> None:
    where = one.field or in_words("报告之外", "not of the report")
    sealed, found = one.sealed or "—", one.found or "—"
    zh, en = f"签发时 {sealed}，现为 {found}", f"sealed {sealed}, now {found}"
    print(f"  {where}: {in_words(zh, en)}")
