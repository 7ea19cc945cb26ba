"""The company, its branches and providers; people, their devices and log-ins."""

from dataclasses import replace
from typing import Any

import pytest

from server.core.audit import AuditEntry
from server.core.commands import Call, unit_of_work
from server.core.errors import Problem
from server.core.feed import SyncFeed, channels_of
from server.people.models import Branch, Device, LoginSession, PasswordReset, Person
from server.people.passwords import hash_password
from server.people.rules import code_hash
from tests.support.company import Company

HASH = hash_password("a good password")


def grants(company: Company, person_id: str) -> set[str]:
    with company.database.reading() as session:
        return set(channels_of(session, person_id))


def wrong(company: Company, name: str, args: dict[str, Any], login: str | None = None) -> list[str]:
    """The fields at which a command is refused."""
    with pytest.raises(Problem) as caught:
        company.run(login, name, args) if login else company.run_as_system(name, args)
    return list(caught.value.fields)


def person(**more: Any) -> dict[str, Any]:
    return {"login": "new", "name_zh": "新人", "roles": ["engineer"], "branch_id": "north"} | more


def test_there_is_one_company(company: Company) -> None:
    with pytest.raises(Problem, match="conflict"):
        company.run_as_system("company.create", {"name_zh": "另一家"})


def test_a_time_zone_that_does_not_exist_is_refused(company: Company) -> None:
    assert wrong(company, "company.update", {"timezone": "Mars/Base"}) == ["timezone"]


def test_a_head_office_asks_for_approval_and_a_branch_does_not(company: Company) -> None:
    assert company.row(Branch, "head").approval == "required"
    assert company.row(Branch, "north").approval == "automatic"


def test_a_login_is_taken_whatever_its_case(company: Company) -> None:
    assert wrong(company, "person.create", person(login="ANN")) == ["login"]


def test_a_providers_person_belongs_to_the_providers_branch(company: Company) -> None:
    assert company.row(Person, "pat").branch_id == "north"


def test_only_an_administrator_may_be_without_a_branch(company: Company) -> None:
    assert wrong(company, "person.create", person(branch_id=None)) == ["branch_id"]
    args = person(branch_id=None, roles=["admin"])
    assert company.run_as_system("person.create", args).value["id"]


def test_a_password_is_kept_as_a_hash_and_not_in_the_audit(company: Company) -> None:
    made = company.run_as_system("person.create", person(password="my dear password"))
    assert company.row(Person, made.value["id"]).password_hash.startswith("$argon2id$")
    kept = [entry.args for entry in company.rows(AuditEntry, command="person.create")]
    assert not [args for args in kept if args and ("argon2" in args or "dear" in args)]


def test_a_short_password_is_refused(company: Company) -> None:
    assert wrong(company, "person.create", person(password="1234567")) == ["password"]


def test_everybody_may_read_the_company_and_the_catalogue(company: Company) -> None:
    assert {"person:ann", "company", "catalogue"} <= grants(company, "ann")


def test_prices_are_for_those_whose_roles_may_see_them(company: Company) -> None:
    assert "prices" in grants(company, "ann")
    assert "prices" not in grants(company, "prov_boss")
    change = {"person_id": "prov_boss", "roles": ["provider_manager", "engineer"]}
    company.run_as_system("person.update", change)
    assert "prices" in grants(company, "prov_boss")


def test_a_phone_number_goes_to_the_branchs_desk_and_not_to_every_phone(company: Company) -> None:
    company.run_as_system("person.update", {"person_id": "ann", "phone": "13800000000"})
    channels = {r.channel for r in company.rows(SyncFeed, kind="person_contact", id="ann")}
    assert channels == {"branch:north"}
    cards = {r.channel for r in company.rows(SyncFeed, kind="person_card", id="ann")}
    assert cards == {"staff", "staff:north"}


def test_a_disabled_person_reads_nothing_and_an_enabled_one_reads_again(company: Company) -> None:
    company.run_as_system("person.disable", {"person_id": "ann"})
    assert grants(company, "ann") == set()
    company.run_as_system("person.enable", {"person_id": "ann"})
    assert "person:ann" in grants(company, "ann")


def test_nobody_disables_themselves(company: Company) -> None:
    company.run_as_system("person.create", person(person_id="root", login="root", roles=["admin"]))
    with pytest.raises(Problem, match="forbidden"):
        company.run("root", "person.disable", {"person_id": "root"})


def test_what_is_left_out_of_an_update_stays_and_null_empties_it(company: Company) -> None:
    company.run_as_system("person.update", {"person_id": "ann", "phone": "1", "badge": "2"})
    company.run_as_system("person.update", {"person_id": "ann", "phone": None})
    ann = company.row(Person, "ann")
    assert (ann.phone, ann.badge, ann.name_zh) == (None, "2", "ann")


def test_everybody_chooses_their_own_language(company: Company) -> None:
    company.run("ann", "person.set_language", {"language": "en"})
    assert company.row(Person, "ann").language == "en"


def test_only_the_server_itself_sets_passwords(company: Company) -> None:
    company.run_as_system("person.create", person(person_id="root", login="root", roles=["admin"]))
    args = {"person_id": "ann", "password_hash": HASH}
    with pytest.raises(Problem, match="forbidden"):
        company.run("root", "person.set_password", args)


def test_a_reset_code_sets_a_password_once_and_ends_all_log_ins(company: Company) -> None:
    session_id = opened(company, "ann")
    code = company.run_as_system("person.issue_reset", {"person_id": "ann"}).value["code"]
    use = {"code_hash": code_hash(code), "password_hash": HASH}
    company.run_as_system("person.use_reset", use)
    assert company.row(Person, "ann").password_hash == HASH
    assert company.row(LoginSession, session_id).revoked_at is not None
    with pytest.raises(Problem, match="reset_expired"):
        company.run_as_system("person.use_reset", use)


def test_an_old_reset_code_no_longer_works(company: Company) -> None:
    code = company.run_as_system("person.issue_reset", {"person_id": "ann"}).value["code"]
    company.later(hours=24)
    with pytest.raises(Problem, match="reset_expired"):
        company.run_as_system(
            "person.use_reset", {"code_hash": code_hash(code), "password_hash": HASH}
        )


def test_the_code_itself_is_not_kept(company: Company) -> None:
    code = company.run_as_system("person.issue_reset", {"person_id": "ann"}).value["code"]
    kept = company.rows(PasswordReset)[0]
    assert kept.code_hash == code_hash(code)
    assert code not in str([entry.args for entry in company.rows(AuditEntry)])


def opened(company: Company, login: str, number: int = 1) -> str:
    args = {
        "person_id": login,
        "token_hash": f"{number:064x}",
        "agent": "test",
        "expires_at": "2027-01-01T00:00:00.000Z",
    }
    found: str = company.run_as_system("session.open", args).value["id"]
    return found


def test_a_device_is_bound_to_the_log_in_that_registers_it(company: Company) -> None:
    actor = company.actor("ann")
    session_id = opened(company, "ann")
    with unit_of_work(company.database, company.clock) as work:
        logged_in = replace(actor, session_id=session_id)
        made = work.execute(logged_in, Call("device.register", {"name": "荣耀 90"})).value
    assert company.row(LoginSession, session_id).device_id == made["id"]
    assert len(made["code"]) == 4


def test_registering_again_keeps_the_code_and_takes_the_new_name(company: Company) -> None:
    first = company.run("ann", "device.register", {"device_id": "d", "name": "旧"}).value
    again = company.run("ann", "device.register", {"device_id": "d", "name": "新"}).value
    assert first == again
    assert company.row(Device, "d").name == "新"


def test_another_persons_device_is_not_taken_over(company: Company) -> None:
    company.run("ann", "device.register", {"device_id": "d"})
    with pytest.raises(Problem, match="id_reused"):
        company.run("ben", "device.register", {"device_id": "d"})


def test_a_revoked_device_does_not_register_again(company: Company) -> None:
    company.run("ann", "device.register", {"device_id": "d"})
    company.run("ann", "device.revoke_own", {"device_id": "d"})
    with pytest.raises(Problem, match="device_revoked"):
        company.run("ann", "device.register", {"device_id": "d"})


def test_one_does_not_revoke_another_persons_device(company: Company) -> None:
    company.run("ann", "device.register", {"device_id": "d"})
    with pytest.raises(Problem, match="not_found"):
        company.run("ben", "device.revoke_own", {"device_id": "d"})


def test_a_disabled_person_opens_no_session(company: Company) -> None:
    company.run_as_system("person.disable", {"person_id": "ann"})
    with pytest.raises(Problem, match="account_disabled"):
        opened(company, "ann")


def test_one_ends_ones_own_log_ins_and_not_those_of_others(company: Company) -> None:
    mine, others = opened(company, "ann"), opened(company, "ben", 2)
    company.run("ann", "session.revoke", {"session_id": mine})
    assert company.row(LoginSession, mine).revoked_by == "ann"
    with pytest.raises(Problem, match="not_found"):
        company.run("ann", "session.revoke", {"session_id": others})
