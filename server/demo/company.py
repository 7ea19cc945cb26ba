"""The company itself: branches, people, customers, catalogue, units. All of it by commands."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from random import Random
from typing import Any, Final

from server.demo.stage import Member, Stage, demo_id, members, read_data

# No mobile prefix in China begins with 12 and no fixed line with 0000: these ring nowhere.
_MOBILE: Final = "120 0000 {:04d}"
_SEED: Final = 20_260_101
_CLASSES: Final = {
    "S": ("LC-75",),
    "M": ("LC-215",),
    "L": ("LC-365H", "LC-490"),
    "X": ("LC-950", "LC-1250", "LC-1200S"),
}
UNITS: Final = 60
# How many of the sixty are of which model.
_FLEET: Final = (
    ("LC-75", 8),
    ("LC-215", 18),
    ("LC-365H", 16),
    ("LC-490", 8),
    ("LC-950", 6),
    ("LC-1250", 4),
)


def password_of(member: Member) -> str:
    """`demo-` and the log-in; the twelve technicians share the first one's."""
    login = member.login.rstrip("0123456789")
    return f"demo-{login}"


def hashes() -> dict[str, str]:
    """Password hashes by password. The passwords are public, so the hashes may come with the demo:
    so many Argon2 hashes would take longer than all the rest."""
    found: dict[str, str] = read_data("hashes")
    return found


def found_company(stage: Stage, hashed: dict[str, str]) -> None:
    """Everything that was there before the first order."""
    data = read_data("company")
    stage.clock.moment = stage.ago(days=800)
    stage.found("company.update", data["company"])
    _branches(stage, data)
    _people(stage, hashed)
    _catalogue(stage, data)
    _training(stage, data)
    _customers(stage, data)
    _units(stage)


def _branches(stage: Stage, data: dict[str, Any]) -> None:
    for key, kind, zh, en, address, phone in data["branches"]:
        names = {"name_zh": zh, "name_en": en, "address": address, "phone": phone}
        stage.found("branch.create", {"branch_id": demo_id("branch", key), "kind": kind, **names})
    for key, branch, zh, en, phone in data["providers"]:
        names = {"name_zh": zh, "name_en": en, "phone": phone}
        where = {"provider_id": demo_id("provider", key), "branch_id": demo_id("branch", branch)}
        stage.found("provider.create", where | names)


def _people(stage: Stage, hashed: dict[str, str]) -> None:
    for number, member in enumerate(members().values(), 1):
        args = {
            "person_id": member.id,
            "login": member.login,
            "password_hash": hashed[password_of(member)],
            "name_zh": member.name_zh,
            "name_en": member.name_en,
            "phone": _MOBILE.format(number),
            "roles": list(member.roles),
        }
        if "engineer" in member.roles:
            args["badge"] = f"E{1000 + number}"
        if member.branch:
            args["branch_id"] = demo_id("branch", member.branch)
        if member.provider:
            args["provider_id"] = demo_id("provider", member.provider)
        stage.found("person.create", args)


def _catalogue(stage: Stage, data: dict[str, Any]) -> None:
    for code, zh, en, category, months in data["models"]:
        names = {"code": code, "name_zh": zh, "name_en": en, "category": category}
        own = {"product_model_id": demo_id("model", code), "warranty_months": months}
        special = {"readings": _readings(data, code), "trained_only": code in data["trained_only"]}
        stage.found("product_model.create", own | names | special)
    for number, zh, en, measure, price, classes, serialised in read_data("parts"):
        fits = [demo_id("model", code) for letter in classes for code in _CLASSES[letter]]
        part = {"part_id": demo_id("part", number), "number": number, "measure": measure}
        names = {"name_zh": zh, "name_en": en, "models": fits, "serialised": serialised}
        stage.found("part.create", part | names)
        stage.found("part_price.set", {"part_id": part["part_id"], "price_fen": price})
    for code, parent, zh, en in read_data("fault_codes"):
        args = {"fault_code_id": demo_id("fault", code), "code": code, "name_zh": zh, "name_en": en}
        if parent:
            args["parent_id"] = demo_id("fault", parent)
        stage.found("fault_code.create", args | {"major": code in data["major"]})
    stage.found("labour_rate.set", {"hour_fen": data["labour_hour_fen"]})
    _recall(stage, data)


def _readings(data: dict[str, Any], model: str) -> list[dict[str, Any]]:
    """What a test of this model measures; limits are those of its manual's table."""
    names = ("code", "name_zh", "name_en", "measure", "decimals", "min", "max")
    return [dict(zip(names, row, strict=True)) for row in data["readings"].get(model, [])]


def _recall(stage: Stage, data: dict[str, Any]) -> None:
    """The batch in which booms crack is called back."""
    code, model, zh, en, instructions = data["recall"]
    names = {"title_zh": zh, "title_en": en, "instructions": instructions}
    which = {"model_id": demo_id("model", model), "batches": [cracked_batch(stage)]}
    stage.found(
        "recall.open", {"recall_id": demo_id("recall", code), "code": code, **which, **names}
    )


def _training(stage: Stage, data: dict[str, Any]) -> None:
    """Who was trained for which models: everybody for the common ones, some for the mine's."""
    for day, by, models, logins in data["training"]:
        for code, login in product(models, logins):
            skill = {"skill_id": demo_id("skill", login, code), "model_id": demo_id("model", code)}
            record = {"trained_on": stage.day(-day), "trained_by": by}
            stage.found("skill.add", skill | record | {"person_id": members()[login].id})


def _customers(stage: Stage, data: dict[str, Any]) -> None:
    number = 100
    for key, name, name_en, grade, branch, sites, contacts in data["customers"]:
        customer, belongs = (
            {"customer_id": demo_id("customer", key)},
            {"branch_id": demo_id("branch", branch)},
        )
        language = "en" if key == "export" else "zh-CN"
        names = {"name": name, "name_en": name_en, "grade": grade, "language": language}
        stage.found("customer.create", customer | belongs | names)
        for site, site_name, address, lat, lng, rules in sites:
            place = {"address": address, "lat_e7": lat, "lng_e7": lng, "rules": rules}
            own = {"site_id": demo_id("site", site), "name": site_name}
            stage.found("site.create", customer | belongs | own | place)
        for contact, site, person, title in contacts:
            number += 1
            args = {"contact_id": demo_id("contact", contact), "name": person, "title": title}
            where = {"site_id": demo_id("site", site)} if site else {}
            stage.found(
                "contact.create", customer | where | args | {"phone": _MOBILE.format(number)}
            )


def site_keys() -> list[str]:
    """All sites, in the order of the file."""
    return [site[0] for customer in read_data("company")["customers"] for site in customer[5]]


def customer_of(site: str) -> str:
    """Key of the customer whose site it is."""
    return str(_customer_row(site)[0])


def branch_of(site: str) -> str:
    """Key of the branch that serves a site."""
    return str(_customer_row(site)[4])


def _customer_row(site: str) -> list[Any]:
    rows: list[list[Any]] = read_data("company")["customers"]
    return next(row for row in rows if any(found[0] == site for found in row[5]))


def fleet() -> Iterator[tuple[str, str, str]]:
    """(serial, model, site) of the sixty; the first of a model are the ones that stories name."""
    random, sites = Random(_SEED), site_keys()  # noqa: S311 -- repeatable on purpose
    for model, count in _FLEET:
        letters = model.replace("-", "")
        for n in range(1, count + 1):
            yield (
                f"{letters}-{n:04d}",
                model,
                _SITES_OF_STORIES.get(f"{letters}-{n:04d}") or random.choice(sites),
            )


# Units that stories tell about stand at these sites.
_SITES_OF_STORIES: Final = {
    "LC365H-0001": "zhongtie-1",  # its warranty ends this week
    "LC365H-0002": "huaihai-1",  # on its third repair
    "LC365H-0003": "zhongtie-2",  # one of three of a batch with the same crack
    "LC365H-0004": "jinbei-1",
    "LC365H-0005": "lujian-1",
    "LC490-0001": "taihang-1",  # under a maintenance agreement
    "LC215-0001": "lujian-2",
    "LC215-0002": "huaihai-2",
    "LC215-0003": "lujian-3",
    "LC215-0004": "zhongtie-1",
    "LC215-0005": "qinling-2",
    "LC490-0002": "mengyuan-1",
    "LC490-0003": "huaihai-1",
    "LC950-0001": "mengyuan-2",
    "LC950-0002": "taihang-1",
    "LC950-0003": "mengyuan-1",
    "LC1250-0001": "mengyuan-1",
    "LC75-0001": "zhongtie-2",
    "LC75-0002": "lujian-1",
    "LC75-0003": "qinling-1",
    "LC365H-0006": "qinling-1",
    "LC365H-0008": "zhongtie-2",  # of the batch that is called back
    "LC490-0005": "lujian-2",  # maintained tomorrow
    "LC365H-0007": "jinbei-2",
    "LC490-0004": "export-1",
    "LC215-0006": "lujian-1",
    "LC215-0007": "huaihai-1",
    "LC215-0008": "huaihai-2",
    "LC215-0009": "zhongtie-1",
}


def _units(stage: Stage) -> None:
    random = Random(_SEED + 1)  # noqa: S311 -- repeatable on purpose
    for serial, model, site in fleet():
        sold = random.randrange(30, 1100)
        args = {
            "unit_id": demo_id("unit", serial),
            "serial": serial,
            "model_id": demo_id("model", model),
            "site_id": demo_id("site", site),
            "sold_on": stage.day(-sold),
            "installed_on": stage.day(-sold + random.randrange(3, 20)),
            "running_hours": sold * random.randrange(4, 9),
            "batch": (stage.today - timedelta(days=sold + 25)).strftime("%y%m"),
        }
        stage.found("unit.create", args | _special(stage, serial))
    for letter, serial, site in read_data("company")["old_units"]:
        args = {
            "unit_id": demo_id("unit", serial),
            "serial": serial,
            "model_id": demo_id("model", "LC-1200S"),
            "site_id": demo_id("site", site),
            "sold_on": "2001-05-20" if letter == "B" else "2003-05-15",
            "batch": "0104" if letter == "B" else "0304",
            "running_hours": 61_240 + 731 * ord(letter),
        }
        stage.found("unit.create", args)


def cracked_batch(stage: Stage) -> str:
    """The batch in which three booms cracked at the same place."""
    return (stage.today - timedelta(days=225)).strftime("%y%m")


def _special(stage: Stage, serial: str) -> dict[str, Any]:
    """What is particular about the units that the demo shows."""
    days_left = 6 - stage.today.weekday()  # of this week, which ends on Sunday
    sold = {"sold_on": stage.day(-540), "installed_on": stage.day(-530), "running_hours": 3412}
    match serial:
        case "LC365H-0001":
            return sold | {"warranty_end": stage.day(min(2, days_left))}
        case "LC365H-0002":
            return sold | {"sold_on": stage.day(-300), "warranty_end": stage.day(240)}
        case "LC365H-0003" | "LC365H-0004" | "LC365H-0005" | "LC365H-0008":
            return sold | {
                "sold_on": stage.day(-200),
                "warranty_end": stage.day(340),
                "batch": cracked_batch(stage),
            }
        case "LC490-0001":
            agreement = {"agreement_number": "WB-2026-018", "agreement_end": stage.day(200)}
            return sold | {"sold_on": stage.day(-900), "warranty_end": stage.day(-350)} | agreement
    return {}
