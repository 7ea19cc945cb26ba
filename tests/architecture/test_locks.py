"""The lock files pin everything, and leave it to each machine where to download from."""

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PIN = re.compile(r"^([A-Za-z0-9._-]+)==\S+", re.MULTILINE)


def normal(name: str) -> str:
    """A package's name as indexes write it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned(lock: Path) -> set[str]:
    return {normal(name) for name in PIN.findall(lock.read_text())}


def asked_for(requirements: list[str]) -> set[str]:
    return {normal(re.split(r"[\[<>=!~; ]", one, maxsplit=1)[0]) for one in requirements}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_python_lock_pins_by_hash_and_names_no_address(lock: Path) -> None:
    text = lock.read_text()
    requirements = re.split(r"(?<!\\)\n", text.strip())
    assert [one for one in requirements if "--hash=sha256:" not in one] == []
    assert not re.search(r"://|--index|--extra-index|--find-links|@ ", text)


def test_every_python_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = {"runtime": project["project"]["dependencies"], **project["dependency-groups"]}
    assert set(groups) == {lock.stem for lock in LOCKS}
    for name, requirements in groups.items():
        assert asked_for(requirements) <= pinned(ROOT / "requirements" / f"{name}.txt"), name


def test_the_apps_lock_names_no_address_and_has_a_hash_for_every_package() -> None:
    packages = json.loads((ROOT / "pwa" / "package-lock.json").read_text())["packages"]
    installed = {name: entry for name, entry in packages.items() if name}
    assert [name for name, entry in installed.items() if "resolved" in entry] == []
    assert [name for name, entry in installed.items() if "integrity" not in entry] == []
