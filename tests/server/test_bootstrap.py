"""The way from a fresh checkout to a ready environment, on a small checkout of its own."""

import base64
import hashlib
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest

from server import bootstrap
from server.bootstrap import BootstrapError, Places
from tests.support.processes import wait_for


def make_wheel(folder: Path, name: str, version: str) -> str:
    """A real one-module wheel; returns the hash that a lock file pins."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": f"VERSION = {version!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    lines = [f"{path},sha256={_record_hash(text)},{len(text)}" for path, text in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*lines, f"{info}/RECORD,,", ""])
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return hashlib.sha256(wheel.read_bytes()).hexdigest()


def _record_hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    """A checkout whose locks pin one local wheel; pip may use no index."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    checkout = Places(root=tmp_path / "checkout", home=tmp_path / "home")
    (checkout.root / "requirements").mkdir(parents=True)
    checkout.lock_file("build").write_text("")
    pin(checkout, "1.0", make_wheel(wheels, "something", "1.0"))
    return checkout


def pin(places: Places, version: str, sha256: str) -> None:
    places.lock_file("runtime").write_text(f"something=={version} --hash=sha256:{sha256}\n")


def installed_version(places: Places) -> str:
    command = [str(places.python), "-c", "import something; print(something.VERSION)"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_a_fresh_checkout_gets_an_environment_and_a_second_start_does_nothing(
    places: Places, capsys: pytest.CaptureFixture[str]
) -> None:
    bootstrap.prepare(places, ("runtime",))
    assert installed_version(places) == "1.0"
    assert "installing Python packages" in capsys.readouterr().out

    bootstrap.prepare(places, ("runtime",))
    assert capsys.readouterr().out == ""


def test_a_changed_lock_is_installed_into_the_same_environment(places: Places) -> None:
    bootstrap.prepare(places, ("runtime",))
    wheels = places.root.parent / "wheels"
    pin(places, "2.0", make_wheel(wheels, "something", "2.0"))
    assert not bootstrap.is_ready(places, ("runtime",))
    bootstrap.prepare(places, ("runtime",))
    assert installed_version(places) == "2.0"


def test_a_package_with_another_hash_than_the_locked_one_is_refused(places: Places) -> None:
    pin(places, "1.0", "0" * 64)
    with pytest.raises(BootstrapError, match="DO NOT MATCH THE HASHES"):
        bootstrap.prepare(places, ("runtime",))
    assert not bootstrap.is_ready(places, ("runtime",))


def test_an_environment_broken_half_way_is_made_anew(places: Places) -> None:
    places.python.parent.mkdir(parents=True)
    places.python.write_text("not a program")
    bootstrap.prepare(places, ("runtime",))
    assert installed_version(places) == "1.0"


def test_without_ensurepip_the_pip_of_the_system_fills_the_environment(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "_make_with_venv", lambda _places: False)
    monkeypatch.setattr(bootstrap, "_make_with_virtualenv", lambda _places: False)
    bootstrap.prepare(places, ("runtime",))
    assert installed_version(places) == "1.0"
    assert not list(places.venv.glob("lib/*/site-packages/pip"))


def test_without_venv_and_pip_one_line_says_what_to_install(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "_works", lambda *_command: False)
    with pytest.raises(BootstrapError, match="apt-get install python3-venv"):
        bootstrap.prepare(places, ("runtime",))


def test_a_second_start_waits_while_the_first_prepares(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    order: list[str] = []

    def second() -> None:
        with bootstrap.only_one_at_a_time(tmp_path / "lock"):
            order.append("second")

    with bootstrap.only_one_at_a_time(tmp_path / "lock"):
        waiting = threading.Thread(target=second)
        waiting.start()
        wait_for("the word that it waits", lambda: "waiting for it" in capsys.readouterr().out)
        order.append("first")
    waiting.join(timeout=60)
    assert order == ["first", "second"]


def test_a_failed_command_shows_how_its_output_begins_and_ends(tmp_path: Path) -> None:
    code = "print('first'); print('noise\\n' * 500); print('last'); raise SystemExit(3)"
    with pytest.raises(BootstrapError) as failure:
        bootstrap.run([sys.executable, "-c", code], tmp_path / "logs" / "it.log", tmp_path)
    told = str(failure.value).splitlines()
    assert {"first", "last"} <= set(told)
    assert len(told) < 40


@pytest.mark.parametrize(
    ("version", "taken"), [("v18.20.4", False), ("v20.18.1", False), ("v24.1.0", True), ("", False)]
)
def test_only_a_node_that_can_build_the_app_is_taken(
    tmp_path: Path, version: str, taken: bool
) -> None:
    for name in ("node", "npm"):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {version}\n")
        (tmp_path / name).chmod(0o755)
    assert bootstrap.find_node(str(tmp_path)) == (tmp_path if taken else None)


def test_the_build_is_out_of_date_when_a_source_or_a_shared_table_changes(places: Places) -> None:
    source = places.pwa / "src" / "main.ts"
    table = places.root / "sync" / "tables" / "policy.json"
    for path in (source, table, places.pwa / "dist" / "index.html"):
        path.parent.mkdir(parents=True)
        path.write_text("first")
    (places.pwa / "dist" / ".onsite-stamp").write_text(bootstrap._app_hash(places))
    assert bootstrap.app_is_built(places)
    for path in (source, table):
        path.write_text("second")
        assert not bootstrap.app_is_built(places)
        path.write_text("first")
    assert bootstrap.app_is_built(places)


def test_a_linked_package_folder_is_never_touched(places: Places, tmp_path: Path) -> None:
    places.pwa.mkdir()
    (places.pwa / "node_modules").symlink_to(tmp_path)
    assert bootstrap.app_packages_are_installed(places)
