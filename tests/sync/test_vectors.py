"""The cases that both languages replay."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from sync.args import check
from sync.canonical import canonical, hash_of
from sync.charges import agreed_minutes, agreed_to, charge, needs_signature
from sync.distance import metres_between
from sync.effects import Meta, Refused, Rules, apply
from sync.entitlement import cover_day, decide
from sync.journal import hashes
from sync.labour import spans_of, worked_minutes
from sync.measures import measure_in
from sync.merge import Edit, Stamp, merge, rule_of
from sync.pairs import pairs_of
from sync.remedies import Waits, remedies, waits_of
from sync.report import compose
from sync.seal import seal
from sync.serials import serials_differ
from sync.since import changed_steps, parts_since
from sync.statements import statement
from sync.tables import FOLDER, load
from sync.transitions import step
from sync.visit_plan import missing, plan
from sync.work import enough

VECTORS = FOLDER.parent / "vectors"
TABLES = load()
Case = dict[str, Any]


def vectors(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((VECTORS / f"{name}.json").read_text("utf-8"))
    return found


def cases(name: str, part: str = "cases") -> pytest.MarkDecorator:
    found = vectors(name)[part]
    return pytest.mark.parametrize("case", found, ids=[case["name"] for case in found])


@cases("canonical")
def test_a_value_has_one_text(case: Case) -> None:
    if case.get("refused"):
        with pytest.raises(TypeError):
            canonical(case["value"])
        return
    assert canonical(case["value"]).decode() == case["text"]
    assert hash_of(case["value"]) == case["sha256"]


@cases("journal")
def test_an_entry_has_one_hash(case: Case) -> None:
    assert hashes(case["entry"]) == (case["hash"], case["action"])


def test_the_first_journal_vectors_are_a_chain() -> None:
    first, second, third = vectors("journal")["cases"][:3]
    assert first["entry"]["prev"] == "0" * 64
    assert second["entry"]["prev"] == first["hash"]
    assert third["entry"]["prev"] == second["hash"]


@cases("args")
def test_arguments_are_checked_by_their_declaration(case: Case) -> None:
    clean, errors = check(case["declared"], case["args"], vectors("args")["kinds"])
    assert errors == case["errors"]
    if not errors:
        assert clean == case["clean"]


@cases("merge")
def test_the_policy_says_which_edit_stands(case: Case) -> None:
    edit = Edit(**{**case["edit"], "stamp": Stamp(**case["edit"]["stamp"])})
    stamp = Stamp(**case["stamp"]) if case["stamp"] else None
    outcome = merge(case["rule"], case["current"], stamp, edit)
    stamped = outcome.stamp and vars(outcome.stamp)
    assert [outcome.value, outcome.note, outcome.kept, stamped] == [
        case[name] for name in ("value", "note", "kept", "stamped")
    ]


WHO_WINS = vectors("who_wins")


@pytest.mark.parametrize("case", WHO_WINS["edits"], ids=[c["name"] for c in WHO_WINS["edits"]])
def test_the_table_says_whose_value_stands(case: Case) -> None:
    edit = Edit(**{**case["edit"], "stamp": Stamp(**case["edit"]["stamp"])})
    stamp = Stamp(**case["stamp"]) if case["stamp"] else None
    rule = rule_of(TABLES.policy, case["kind"], case["field"])
    outcome = merge(rule, case["current"], stamp, edit)
    assert [outcome.value, outcome.note, outcome.kept] == [
        case[name] for name in ("value", "note", "kept")
    ]


@cases("who_wins")
def test_the_tables_say_what_becomes_of_work_that_does_not_fit(case: Case) -> None:
    def read(kind: str, record_id: str) -> Any:
        return case["records"].get(kind, {}).get(record_id)

    command, meta = TABLES.commands[case["command"]], Meta(**case["meta"])
    rules = Rules(TABLES.policy, TABLES.transitions)
    if "refused" in case:
        with pytest.raises(Refused) as refusal:
            apply(command, case["args"], meta, read, rules)
        assert refusal.value.reason == case["refused"]
        return
    writes = [vars(write) for write in apply(command, case["args"], meta, read, rules)]
    for write in writes:
        del write["stamps"]  # told of in `effects`
    assert writes == case["writes"]


@pytest.mark.parametrize("state", TABLES.transitions["order"]["states"])
def test_every_state_that_leads_to_a_decision_says_to_which(state: str) -> None:
    events = TABLES.transitions["order"]["events"].values()
    decided = [e for e in events if e.get("map", {}).get(state) == "decision_needed"]
    assert bool(decided) == (state in TABLES.policy["order"]["status"]["decision"])


@cases("transitions")
def test_an_event_leads_where_the_table_says(case: Case) -> None:
    found = step(case["machine"], case["state"], case["event"])
    assert (found and {"state": found.state, "late": found.late}) == case["step"]


@cases("transitions", "tables")
def test_a_real_machine_goes_the_way_of_its_table(case: Case) -> None:
    found = step(TABLES.transitions[case["machine"]], case["state"], case["event"])
    assert (found and {"state": found.state, "late": found.late}) == case["step"]


@cases("effects")
def test_effects_write_what_they_declare(case: Case) -> None:
    tables = vectors("effects")["tables"]
    rules = Rules(tables["policy"], tables["transitions"])

    def read(kind: str, record_id: str) -> Any:
        return case["records"].get(kind, {}).get(record_id)

    def edited(kind: str, record_id: str) -> dict[str, Stamp]:
        found = case.get("stamps", {}).get(kind, {}).get(record_id, {})
        return {name: Stamp(**stamp) for name, stamp in found.items()}

    def run() -> list[Any]:
        return apply(case, case["args"], Meta(**case["meta"]), read, rules, edited)

    if "refused" in case:
        with pytest.raises(Refused) as refusal:
            run()
        assert refusal.value.reason == case["refused"]
        return
    writes = [
        {**vars(write), "stamps": {name: vars(stamp) for name, stamp in write.stamps.items()}}
        for write in run()
    ]
    assert writes == case["writes"]


@cases("entitlement")
def test_the_first_cover_that_holds_on_the_day_pays(case: Case) -> None:
    given = (case[name] for name in ("unit", "day", "history", "decisions"))
    assert vars(decide(TABLES.entitlement, *given)) == case["verdict"]


@cases("entitlement", "days")
def test_cover_is_asked_for_the_day_that_counts(case: Case) -> None:
    given = (case[name] for name in ("type", "reported_on", "today"))
    assert cover_day(TABLES.entitlement, *given) == case["day"]


@cases("charges")
def test_a_charge_adds_up_in_fen(case: Case) -> None:
    lines = [(line["quantity"], line["price_fen"]) for line in case["lines"]]
    found = charge(lines, case["minutes"], case["hour_fen"], case["covered"])
    assert vars(found) == case["charge"]


@cases("charges", "signatures")
def test_an_agreement_is_signed_above_the_limit_alone(case: Case) -> None:
    assert needs_signature(case["price_fen"], case["limit_fen"]) == case["needed"]


@cases("charges", "consents")
def test_the_last_answer_of_the_customer_counts(case: Case) -> None:
    assert agreed_to(case["part_id"], case["consents"]) == case["agreed"]
    assert agreed_minutes(case["consents"]) == case["minutes"]


@cases("remedies")
def test_the_first_rule_of_the_pack_that_holds_says_what_may_be_asked(case: Case) -> None:
    unit, day, repairs = (case[name] for name in ("unit", "reported_on", "repairs"))
    waits = Waits(**case["waits"])
    found = remedies(TABLES.entitlement, unit, day, repairs, waits, case["in_term"])
    told = found and {**vars(found), "remedies": list(found.remedies)}
    assert told == case["verdict"]


@cases("remedies", "waits")
def test_a_repair_waits_for_parts_or_takes_its_time(case: Case) -> None:
    assert vars(waits_of(case["visits"], case["day"])) == case["waits"]


@cases("visit_plan")
def test_type_and_severity_say_what_a_visit_asks_for(case: Case) -> None:
    known, named = vectors("visit_plan")["lists"], case.get("lists")
    lists = None if named is None else [known[one] for one in named]
    asked = plan(TABLES.visit_plan, case["facts"], case["slots"], lists)
    assert vars(asked) == case["plan"]
    found = missing(TABLES.visit_plan, asked, case["visit"], case["photos"])
    assert found == case["missing"]


@cases("report")
def test_a_report_has_one_content(case: Case) -> None:
    file = vectors("report")
    missing = [tuple(key) for key in case.get("without", ())]

    def read(kind: str, record_id: str) -> Any:
        return None if (kind, record_id) in missing else file["records"][kind].get(record_id)

    def find(kind: str, where: Mapping[str, Any]) -> Any:
        records = [one for i, one in file["records"][kind].items() if (kind, i) not in missing]
        return [one for one in records if all(one[name] == where[name] for name in where)]

    given = (case["given"], case["day"], read, find)
    content = compose(file["tables"][case.get("table", "report")], TABLES.entitlement, *given)
    assert content == case["content"]
    assert seal(content).hash == case["hash"]


@cases("statements")
def test_a_device_states_one_text(case: Case) -> None:
    told = statement(TABLES.statements, case["command"], case["args"])
    assert canonical(told).decode() == case["text"]


def test_every_vector_file_is_replayed_here() -> None:
    replayed = {"canonical", "journal", "args", "merge", "transitions", "effects"}
    replayed |= {"boxes"}  # in tests/server/signoff, where the key is
    replayed |= {
        "charges",
        "distance",
        "entitlement",
        "labour",
        "measures",
        "pairs",
        "remedies",
        "report",
        "serials",
        "since",
        "statements",
        "visit_plan",
        "who_wins",
        "work",
    }
    assert {path.stem for path in VECTORS.glob("*.json")} == replayed


@cases("measures")
def test_a_measure_is_said_in_the_readers_language(case: Case) -> None:
    found = measure_in(TABLES.measures, case["language"], case["measure"], case["quantity"])
    assert found == case["word"]


@cases("serials")
def test_a_serial_that_was_read_is_held_against_the_orders(case: Case) -> None:
    assert serials_differ(case["read"], case["expected"]) is case["differs"]


@cases("since")
def test_a_signed_report_is_held_against_what_is_recorded_now(case: Case) -> None:
    assert changed_steps(TABLES.visit_plan, case["content"], case["now"]) == case["changed"]


@cases("since", "parts")
def test_a_signed_reports_parts_are_held_against_the_lines_of_now(case: Case) -> None:
    found = parts_since(case["report"], case["whole"], case["lines"])
    assert [list(one) for one in found] == case["since"]


@cases("pairs")
def test_photos_before_and_after_stand_side_by_side(case: Case) -> None:
    assert pairs_of(case["photos"], case["arrived_at"]) == case["pairs"]


@cases("distance")
def test_two_places_are_so_many_metres_apart(case: Case) -> None:
    (lat, lng), (other_lat, other_lng) = case["one"], case["other"]
    assert round(metres_between((lat, lng), (other_lat, other_lng))) == case["metres"]


@cases("labour")
def test_labour_comes_to_so_many_minutes(case: Case) -> None:
    assert worked_minutes(spans_of(case["labour"])) == case["minutes"]


@cases("work")
def test_work_is_enough_for_the_report_that_it_was_done_for(case: Case) -> None:
    assert enough(case["report_id"], case["work"], case["bits"]) is case["enough"]
