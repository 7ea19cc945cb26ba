"""What import-linter's contracts cannot say, and the proof that they read every module."""

import fnmatch
import sys
import tomllib
from pathlib import Path
from typing import Any

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("server", "sync", "migrations")
HTTP = ("flask", "flask_smorest", "flask_limiter", "werkzeug", "webargs")
HTTP_DOORS = ("server.app", "server.*.api", "server.field.*", "server.core.http*")


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*PACKAGES, include_external_packages=True, cache_dir=None)


@pytest.fixture(scope="module")
def linter() -> dict[str, Any]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    found: dict[str, Any] = settings["tool"]["importlinter"]
    return found


def modules_on_disk() -> set[str]:
    found = set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found.add(".".join(part for part in parts if part != "__init__"))
    return found


def test_the_linter_reads_every_module(graph: grimp.ImportGraph, linter: dict[str, Any]) -> None:
    assert set(linter["root_packages"]) == set(PACKAGES)
    assert modules_on_disk() - graph.modules == set()
    assert len(graph.modules) > len(PACKAGES)


def test_every_folder_of_code_is_a_package() -> None:
    """A folder without `__init__.py` would be invisible to the linter."""
    folders = {path.parent for package in PACKAGES for path in (ROOT / package).rglob("*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


def test_every_contract_is_about_something_that_exists(
    graph: grimp.ImportGraph, linter: dict[str, Any]
) -> None:
    """A contract on modules that nobody has would always hold."""
    for contract in linter["contracts"]:
        for pattern in (*contract.get("containers", ()), *contract.get("source_modules", ())):
            assert fnmatch.filter(graph.modules, pattern), f"{contract['id']}: nothing is {pattern}"


def test_only_the_http_doors_import_flask(graph: grimp.ImportGraph) -> None:
    importers = {
        importer
        for library in HTTP
        if library in graph.modules
        for importer in graph.find_modules_that_directly_import(library)
    }
    allowed = {name for name in importers for door in HTTP_DOORS if fnmatch.fnmatch(name, door)}
    assert importers - allowed == set()


def test_sync_imports_the_standard_library_alone(graph: grimp.ImportGraph) -> None:
    ours = {"sync"} | graph.find_descendants("sync")
    used = {name for module in ours for name in graph.find_modules_directly_imported_by(module)}
    assert {name.partition(".")[0] for name in used - ours} <= set(sys.stdlib_module_names)


def test_what_runs_before_the_environment_exists_imports_the_standard_library_alone(
    graph: grimp.ImportGraph,
) -> None:
    for module in ("server", "server.__main__", "server.bootstrap"):
        used = graph.find_modules_directly_imported_by(module) - {"server.bootstrap", "server"}
        assert {name.partition(".")[0] for name in used} <= set(sys.stdlib_module_names), module
