"""`onsite serve-lan` as a phone finds it: the page, the certificate, the app by HTTPS."""

import os
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from server.lan.certificates import files_of, fingerprint
from tests.support.processes import dies_with_parent, free_ports, kill_tree, wait_for
from tests.support.server import ROOT

DIRECT = urllib.request.ProxyHandler({})


@dataclass
class Lan:
    """A running `serve-lan` on loopback, which stands for the shop floor's network."""

    data: Path
    https: str
    page: str
    process: subprocess.Popen[bytes]

    @property
    def log(self) -> str:
        return (self.data / "log").read_text()

    def ask(self, url: str, language: str = "en") -> tuple[str, bytes]:
        request = urllib.request.Request(url, headers={"Accept-Language": language})
        trusting = ssl.create_default_context(cafile=str(files_of(self.data).ca))
        handler = urllib.request.HTTPSHandler(context=trusting)
        with urllib.request.build_opener(DIRECT, handler).open(request, timeout=10) as answer:
            return answer.headers["Content-Type"], answer.read()


@pytest.fixture(scope="module")
def lan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lan]:
    data = tmp_path_factory.mktemp("lan")
    https, page = free_ports(2)
    inherited = {name: text for name, text in os.environ.items() if "ONSITE_" not in name}
    ports = ["--address", "127.0.0.1", "--port", str(https), "--page-port", str(page)]
    with (data / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "server.cli", "serve-lan", "--data", str(data), *ports,
             "--workers", "1", "--no-demo"],
            cwd=ROOT, env={**inherited, "LC_ALL": "C"}, stdout=log, stderr=log,
            preexec_fn=dies_with_parent(),
        )  # fmt: skip
    running = Lan(data, f"https://127.0.0.1:{https}", f"http://127.0.0.1:{page}", process)
    try:
        wait_for("serve-lan", lambda: "Ctrl-C" in running.log, 60)
        yield running
    finally:
        kill_tree(process.pid)


def test_the_app_answers_by_https_to_whoever_trusts_the_authority(lan: Lan) -> None:
    assert lan.ask(f"{lan.https}/healthz")[1].strip() == b'{"status":"ok"}'


def test_nobody_else_trusts_it(lan: Lan) -> None:
    with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
        urllib.request.build_opener(DIRECT).open(f"{lan.https}/healthz", timeout=10)


def test_the_page_explains_both_phones_in_both_languages(lan: Lan) -> None:
    english = lan.ask(f"{lan.page}/")[1].decode()
    chinese = lan.ask(f"{lan.page}/", "zh-CN,zh;q=0.9")[1].decode()
    for words in ("Android", "iPhone", "Certificate Trust Settings"):
        assert words in english
    for words in ("安卓手机", "苹果手机", "证书信任设置"):
        assert words in chinese
    switched = lan.ask(f"{lan.page}/?lang=zh-CN", "en")[1].decode()
    assert "安卓手机" in switched
    for page in (english, chinese):
        assert fingerprint(files_of(lan.data)) in page
        assert lan.https in page
        assert "<script" not in page


def test_the_certificate_comes_in_the_form_that_phones_install(lan: Lan) -> None:
    media, content = lan.ask(f"{lan.page}/onsite-ca.crt")
    assert media == "application/x-x509-ca-cert"
    pem = ssl.DER_cert_to_PEM_cert(content)
    assert pem.split() == files_of(lan.data).ca.read_text().split()


def test_a_code_leads_to_the_app_and_one_on_the_console_to_the_page(lan: Lan) -> None:
    assert lan.ask(f"{lan.page}/app.svg")[1].startswith(b"<?xml")
    assert "█" in lan.log
    assert f"{lan.page}/" in lan.log
    assert fingerprint(files_of(lan.data)) in lan.log


def test_whoever_opens_the_app_by_http_is_led_to_the_page(lan: Lan) -> None:
    assert b"onsite-ca.crt" in lan.ask(f"{lan.page}/app/orders")[1]


def test_cookies_are_for_https_alone_and_nobody_is_bound_to_it_for_ever(lan: Lan) -> None:
    token = lan.log.partition("setup=")[2].split()[0]
    body = f'{{"token":"{token}","login":"boss","password":"a good password","name_zh":"x"}}'
    request = urllib.request.Request(
        f"{lan.https}/api/v1/setup", body.encode(), {"Content-Type": "application/json"}
    )
    trusting = ssl.create_default_context(cafile=str(files_of(lan.data).ca))
    handler = urllib.request.HTTPSHandler(context=trusting)
    with urllib.request.build_opener(DIRECT, handler).open(request, timeout=20) as answer:
        assert "; Secure" in answer.headers["Set-Cookie"]
        assert answer.headers["Strict-Transport-Security"] is None


def test_doctor_finds_that_offline_works_here(lan: Lan) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "server.cli", "doctor", "--data", str(lan.data), lan.https],
        cwd=ROOT, env={**os.environ, "LC_ALL": "C", "no_proxy": "*"}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert f"✓ {lan.https}: works offline" in told.stdout
