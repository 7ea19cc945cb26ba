"""Training records: who was trained for which model, and who may read and write them."""

from typing import Any

import pytest

from server.catalogue import (
    queries,
    skills,  # noqa: F401 -- registers their commands
)
from server.catalogue.models import ProductModel, Skill
from server.core.errors import Problem
from server.core.paging import Paging
from tests.support.company import Company

TRAINED = {"person_id": "ann", "model_id": "model", "trained_on": "2026-03-01"}


def listed(company: Company, login: str, **wish: Any) -> list[dict[str, Any]]:
    asked = {"person": None, "model": None, "q": None} | wish
    with company.database.reading() as session:
        found = queries.skills(session, company.actor(login), paging=Paging(), **asked)
    items: list[dict[str, Any]] = found["items"]
    return items


def test_training_is_read_by_person_and_by_model_in_ones_own_scope(company: Company) -> None:
    company.run_as_system("skill.add", TRAINED | {"trained_by": "总部培训中心"})
    for person in ("pat", "sam"):
        company.run_as_system("skill.add", TRAINED | {"person_id": person})
    [ann] = listed(company, "north_desk", person="ann")
    assert (ann["trained_on"], ann["trained_by"]) == ("2026-03-01", "总部培训中心")
    assert (ann["model"]["code"], ann["person"]["name_zh"]) == ("EX200", "ann")
    seen = {
        login: [one["person"]["id"] for one in listed(company, login, model="model")]
        for login in ("dispatcher", "north_desk", "south_desk", "prov_boss")
    }
    assert seen == {
        "dispatcher": ["ann", "pat", "sam"],
        "north_desk": ["ann", "pat"],
        "south_desk": ["sam"],
        "prov_boss": ["pat"],
    }
    assert listed(company, "south_desk", person="ann") == []
    assert [one["person"]["id"] for one in listed(company, "dispatcher", q="培训中心")] == ["ann"]


def test_a_training_is_written_down_once_and_put_right(company: Company) -> None:
    skill_id = company.run_as_system("skill.add", TRAINED).value["id"]
    with pytest.raises(Problem) as problem:
        company.run_as_system("skill.add", TRAINED)
    assert [error.code for error in problem.value.fields["model_id"]] == ["field_taken"]
    again = {"skill_id": skill_id, "trained_on": "2026-10-08", "trained_by": "厂家"}
    company.run_as_system("skill.update", again)
    row = company.row(Skill, skill_id)
    assert (str(row.trained_on), row.trained_by) == ("2026-10-08", "厂家")
    company.run_as_system("skill.remove", {"skill_id": skill_id})
    assert company.rows(Skill) == []


def test_a_training_is_for_a_model_that_there_is(company: Company) -> None:
    with pytest.raises(Problem) as problem:
        company.run_as_system("skill.add", TRAINED | {"model_id": "none"})
    assert [error.code for error in problem.value.fields["model_id"]] == ["field_choice"]


def test_a_model_is_for_everybody_until_it_is_marked(company: Company) -> None:
    assert company.row(ProductModel, "model").trained_only is False
    only = {"product_model_id": "model", "trained_only": True}
    company.run_as_system("product_model.update", only)
    assert company.row(ProductModel, "model").trained_only is True
    company.run_as_system("product_model.update", only | {"trained_only": False})
    assert company.row(ProductModel, "model").trained_only is False
