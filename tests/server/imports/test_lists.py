"""Order types, checklists and what a model measures, out of a spreadsheet."""

from server.catalogue.models import (
    Checklist,
    OrderType,
    ProductModel,
)
from server.imports.sheets import csv_of, xlsx_of
from server.requests.models import WorkingHours
from tests.server.imports.conftest import take
from tests.support.app import App
from tests.support.company import Company
from tests.support.phone import Phone

LOOKED_AT = "无渗漏 | No leak\n软管完好"


def test_order_types_checklists_and_working_hours_come_in_by_spreadsheet(
    app: App, company: Company
) -> None:
    boss = app.enter("boss")
    sheets = {
        "order_type": [
            ["代码", "名称", "英文名称", "要拍的照片", "最少照片数"],
            ["upgrade", "改造", "Upgrade", "铭牌、处理后", "2"],
        ],
        "checklist": [
            ["代码", "名称", "只用于工单类型", "只用于型号", "检查项", "测量项"],
            ["hyd", "液压检查", "改造、repair", "EX200", LOOKED_AT, "主泵压力||MPa|28.0|31.5"],
        ],
        "working_hours": [["工作日", "上班", "下班"], ["周一、周六", "08:30", "17:00:00"]],
    }
    for table, rows in sheets.items():
        for raw in (xlsx_of([("x", rows)]), csv_of(rows).decode("utf-8-sig").encode("gb18030")):
            done = take(boss, table, rows, raw=raw)
            assert (done["written"], done["troubles"]) == (True, []), table
        assert (done["same"], done["changed"]) == (1, 0), table  # the second form says the same
    [kind] = company.rows(OrderType, code="upgrade")
    assert (kind.photo_slots, kind.min_photos) == (["nameplate", "after"], 2)
    [checks] = company.rows(Checklist, code="hyd")
    assert (checks.types, checks.models) == (["repair", "upgrade"], ["model"])
    assert [one["name_en"] for one in checks.checks] == ["No leak", None]
    [reading] = checks.readings
    assert (reading["decimals"], reading["min"], reading["max"]) == (1, 280, 315)
    [hours] = company.rows(WorkingHours)
    assert (hours.weekdays, hours.opens, hours.closes) == ([1, 6], 510, 1020)


def test_a_changed_checklist_is_its_next_version_and_reaches_the_phone(
    app: App, company: Company
) -> None:
    boss, ann = app.enter("boss"), Phone.of(app, "ann")
    head = ["代码", "名称", "检查项"]
    take(boss, "checklist", [head, ["hyd", "液压检查", LOOKED_AT]])
    assert take(boss, "checklist", [head, ["hyd", "", "软管完好"]])["changed"] == 1
    first, second = sorted(company.rows(Checklist, code="hyd"), key=lambda row: row.version)
    assert (first.ends_at, second.ends_at) == (company.clock.now(), None)
    assert second.checks[0]["code"] == first.checks[1]["code"]  # what stays keeps its code
    ann.sync()
    on_phone = ann.get("checklist", second.id)
    assert on_phone is not None
    assert on_phone["version"] == 2


def test_what_is_wrong_in_a_list_of_items_is_named_by_its_own_line(
    app: App, company: Company
) -> None:
    rows = [
        ["代码", "名称", "只用于工单类型", "检查项", "测量项"],
        ["a", "甲", "维修、清洗", "", ""],
        ["b", "乙", "", "无渗漏\n| only English", ""],
        ["c", "丙", "", "", "油温 | | ℃ | 30 | 80\n主泵压力 | | MPa | 高 |"],
        ["d", "丁", "", "", "油温 | | ℃ | 80 | 30"],
    ]
    told = take(app.enter("boss"), "checklist", rows)
    assert [(t["line"], t["column"], t["value"], t["code"]) for t in told["troubles"]] == [
        (2, "types", "清洗", "import_unknown"),
        (3, "checks", "| only English", "field_required"),
        (4, "readings", "高", "import_number"),
        (5, "readings", "油温 | | ℃ | 80 | 30", "field_range"),
    ]
    assert company.rows(Checklist, code="a") == []


def test_what_a_model_measures_comes_in_and_keeps_its_codes(app: App, company: Company) -> None:
    boss = app.enter("boss")
    header = ["型号代码", "名称", "测量项"]
    rows = [
        header,
        ["EX200", "挖掘机", "主泵压力 | Main pump | MPa | 28.0 | 31.5\n油温 || ℃ || 90"],
    ]
    assert take(boss, "product_model", rows)["changed"] == 1
    [first] = [one for one in company.rows(ProductModel) if one.code == "EX200"]
    pump, oil = first.readings or []
    assert (pump["decimals"], pump["min"], pump["max"]) == (1, 280, 315)
    assert (oil["min"], oil["max"]) == (None, 90)
    assert take(boss, "product_model", rows)["same"] == 1
    again = [header, ["EX200", "挖掘机", "主泵压力 | Main pump | MPa | 27.5 | 31.5"]]
    assert take(boss, "product_model", again)["changed"] == 1
    [then] = [one for one in company.rows(ProductModel) if one.code == "EX200"]
    assert [(one["code"], one["min"]) for one in then.readings or []] == [(pump["code"], 275)]
    wrong = [header, ["EX200", "挖掘机", "油温 | | ℃ | 热"], ["EX999", "破碎锤", "| | MPa | 9 | 1"]]
    report = take(boss, "product_model", wrong, dry_run=True)
    assert [(t["line"], t["column"]) for t in report["troubles"][:1]] == [(2, "readings")]
    assert {t["line"] for t in report["troubles"]} == {2, 3}
    emptied = [header, ["EX200", "挖掘机", "-"]]
    assert take(boss, "product_model", emptied)["changed"] == 1
