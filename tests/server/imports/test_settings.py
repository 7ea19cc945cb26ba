"""What the company sets, out of a spreadsheet: certificates, clocks, hours, recalls, approval."""

import base64

from server.catalogue.models import (
    CertificateNeed,
    LabourRate,
    Recall,
    Skill,
)
from server.imports.sheets import csv_of, xlsx_of
from server.people.models import Branch, Certificate
from server.requests.models import ClockRule, WorkingHours
from tests.server.imports.conftest import take
from tests.support.app import App
from tests.support.company import Company
from tests.support.phone import Phone

LADDER = [{"role": "director", "after_minutes": 30}]
NEED = ["证书类别", "只用于工单类型", "只用于型号"]
CLOCK = {"id": "arrive", "name_zh": "到场", "measures": "arrived", "minutes": 480, "ladder": LADDER}


def test_certificates_training_holidays_and_clocks_come_in_by_spreadsheet(
    app: App, company: Company
) -> None:
    boss = app.enter("boss")
    company.run_as_system("clock_rule.set", CLOCK)
    sheets = {
        "certificate": [["登录名", "证书类别", "有效期至"], ["ann", "高压电工", "2027-03-01"]],
        "skill": [["登录名", "型号代码", "培训日期"], ["ann", "EX200", "2026-03-01"]],
        "holiday": [["日期", "名称", "上班（调休）"], ["2027-01-01", "元旦", "否"]],
        "clock_rule": [["代码", "分钟"], ["arrive", "240"]],
    }
    for table, rows in sheets.items():
        done = take(boss, table, rows)
        assert (done["written"], done["troubles"]) == (True, []), table
    renewed = [
        ["Log-in", "Kind of certificate", "Valid through"],
        ["ann", "高压电工", "2029-03-01"],
    ]
    assert take(boss, "certificate", renewed)["changed"] == 1
    assert [str(one.valid_through) for one in company.rows(Certificate)] == ["2029-03-01"]
    repeated = [["登录名", "型号代码", "培训日期", "培训人或地点"]]
    repeated += [["ann", "EX200", "2026-10-08", "总部"], ["pat", "EX200", "2026-10-08", ""]]
    assert take(boss, "skill", repeated)["changed"] == 1
    found = {(one.person_id, str(one.trained_on), one.trained_by) for one in company.rows(Skill)}
    assert found == {("ann", "2026-10-08", "总部"), ("pat", "2026-10-08", None)}
    rule = company.row(ClockRule, "arrive")
    assert (rule.minutes, rule.name_zh, rule.ladder) == (240, "到场", LADDER)


def test_needs_labour_recalls_and_approval_come_in_by_spreadsheet_and_reach_the_phone(
    app: App, company: Company
) -> None:
    boss, ann = app.enter("boss"), Phone.of(app, "ann")
    sheets = {
        "certificate_need": [
            NEED,
            ["高压电工", "维修", "EX200"],
            ["高压电工", "", ""],
        ],
        "labour_rate": [["每小时（元）"], ["180.50"]],
        "recall": [
            ["召回编号", "型号代码", "批次（不填为全部）", "标题", "进行中"],
            ["ZH-1", "EX200", "2406、2407", "动臂探伤", "是"],
        ],
        "approval_policy": [["机构名称", "派工审批"], ["北方分公司", "需要"]],
    }
    for table, rows in sheets.items():
        for raw in (xlsx_of([("x", rows)]), csv_of(rows).decode("utf-8-sig").encode("gb18030")):
            done = take(boss, table, rows, raw=raw)
            assert (done["written"], done["troubles"]) == (True, []), table
        assert (done["same"], done["added"]) == (len(rows) - 1, 0), table  # the second form
    needs = {(need.type, need.model_id) for need in company.rows(CertificateNeed)}
    assert needs == {("repair", "model"), (None, None)}
    ann.sync()
    [recall], [rate] = company.rows(Recall), company.rows(LabourRate)
    on_phone = [ann.get("recall", recall.id), ann.get("labour_rate", rate.id)]
    assert [one and one.get("batches", one.get("hour_fen")) for one in on_phone] == [
        ["2406", "2407"],
        18050,
    ]
    policy = ann.get("branch", "north")
    assert policy is not None
    assert policy["approval"] == company.row(Branch, "north").approval == "required"


def test_what_is_wrong_in_needs_recalls_and_approval_is_named_by_row_and_column(
    app: App, company: Company
) -> None:
    boss = app.enter("boss")
    sheets = {
        "certificate_need": (
            [NEED, ["", "", "EX200"], ["电工", "", "EX9"]],
            [(2, "kind", "field_required"), (3, "model_id", "import_unknown")],
        ),
        "labour_rate": ([["每小时（元）"], ["-"]], [(2, "hour_fen", "field_required")]),
        "recall": (
            [["召回编号", "型号代码", "标题"], ["ZH-1", "EX9", ""]],
            [(2, "model_id", "import_unknown")],
        ),
        "skill": (
            [
                ["登录名", "型号代码", "培训日期"],
                ["ann", "EX9", "2026-03-01"],
                ["ann", "EX200", "-"],
            ],
            [(2, "model_id", "import_unknown"), (3, "trained_on", "field_required")],
        ),
        "approval_policy": (
            [["机构名称", "派工审批"], ["西方分公司", "需要"], ["北方分公司", "看情况"]],
            [(2, "name_zh", "import_unknown"), (3, "approval", "import_unknown")],
        ),
    }
    for table, (rows, wrong) in sheets.items():
        told = take(boss, table, rows)
        found = [(t["line"], t["column"], t["code"]) for t in told["troubles"]]
        assert (found, told["written"]) == (wrong, False), table


def test_the_hours_in_force_come_out_before_anybody_has_set_them(
    app: App, company: Company
) -> None:
    boss = app.enter("boss")
    found = boss.get(
        "tables/file", query_string={"table": "working_hours", "form": "csv", "filled": 1}
    )
    assert "周一、周二、周三、周四、周五,09:00,18:00" in found.text
    assert take(boss, "working_hours", [], raw=found.data)["same"] == 1
    assert take(boss, "working_hours", [["上班"], ["8:00"]])["changed"] == 1
    [hours] = company.rows(WorkingHours)
    assert (hours.weekdays, hours.opens, hours.closes) == ([1, 2, 3, 4, 5], 480, 1080)
    late = take(boss, "working_hours", [["上班"], ["19:00"]])
    assert [(t["line"], t["column"]) for t in late["troubles"]] == [(2, "closes")]
    two = [["上班"], ["8:00"], ["9:00"]]
    wish = {
        "table": "working_hours",
        "file_name": "x",
        "content": base64.b64encode(csv_of(two)).decode(),
    }
    assert list(boss.command("table.import", **wish).json["fields"]) == ["content"]


def test_who_is_told_of_a_clock_comes_out_and_goes_in_a_step_per_line(
    app: App, company: Company
) -> None:
    boss = app.enter("boss")
    company.run_as_system("clock_rule.set", CLOCK)
    wish = {"table": "clock_rule", "form": "csv", "filled": 1}
    out = boss.get("tables/file", query_string=wish).data.decode("utf-8-sig")
    assert "售后服务总监 | 30" in out
    told = "派工员 | 0\nRegional manager ｜ 45\ndirector | 90"
    rows = [
        ["代码", "名称", "计到", "分钟", "逐级告知"],
        ["arrive", "到场", "到达现场", "480", told],
    ]
    assert take(boss, "clock_rule", rows)["changed"] == 1
    rule = company.row(ClockRule, "arrive")
    assert [(rung["role"], rung["after_minutes"]) for rung in rule.ladder] == [
        ("dispatcher", 0),
        ("regional_manager", 45),
        ("director", 90),
    ]
    assert take(boss, "clock_rule", rows)["same"] == 1


def test_what_is_wrong_in_a_ladder_is_named_by_its_own_line(app: App, company: Company) -> None:
    boss = app.enter("boss")
    header = ["代码", "名称", "计到", "分钟", "逐级告知"]
    named = ["到场", "到达现场", "480"]
    rows = [
        header,
        ["a", *named, "派工员 | 0\n董事长 | 30"],
        ["b", *named, "派工员 | 马上"],
        ["c", *named, "派工员"],
    ]
    report = take(boss, "clock_rule", rows, dry_run=True)
    found = [(t["line"], t["column"], t["value"], t["code"]) for t in report["troubles"]]
    assert found == [
        (2, "ladder", "董事长", "import_unknown"),
        (3, "ladder", "派工员 | 马上", "import_number"),
        (4, "ladder", "派工员", "import_number"),
    ]
    assert company.rows(ClockRule) == []
