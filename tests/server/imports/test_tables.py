"""The company's tables out of a spreadsheet: by the commands that a person would have given."""

import base64
import io

from openpyxl import load_workbook

from server.assets.models import Unit
from server.catalogue.models import (
    CertificateNeed,
    Checklist,
    FaultCode,
    Part,
    PartPrice,
    Skill,
)
from server.core.audit import AuditEntry
from server.customers.models import Contact, Customer, Site
from server.imports.sheets import csv_of, read_sheet, xlsx_of
from server.imports.tables import TABLES
from server.people.models import Certificate, Person
from server.requests.models import Holiday
from tests.server.imports.conftest import take
from tests.support.app import App
from tests.support.company import Company
from tests.support.phone import Phone

NEED = ["证书类别", "只用于工单类型", "只用于型号"]


def test_a_long_file_is_taken_part_by_part_and_other_writers_get_their_turn(
    app: App, company: Company
) -> None:
    boss, desk = app.enter("boss"), app.enter("north_desk")
    rows = [["件号", "名称"], *([f"P-{n}", "滤芯"] for n in range(5))]
    order_id = company.order()
    for begin, added in ((0, 2), (2, 2), (4, 1)):
        done = take(boss, "part", rows, begin=begin, most=2)
        assert (done["rows"], done["added"], done["of"]) == (added, added, 5)
        assert desk.command("order.add_note", order_id=order_id, text="x").status_code == 200
    assert take(boss, "part", rows)["same"] == 5


def test_more_rows_than_one_transaction_may_hold_are_asked_for_in_parts(
    app: App, company: Company
) -> None:
    rows = [["件号"], *([f"P-{n}"] for n in range(1001))]
    wish = {"table": "part", "file_name": "x", "content": base64.b64encode(csv_of(rows)).decode()}
    answer = app.enter("boss").command("table.import", **wish)
    assert answer.json["code"] == "invalid"
    assert set(answer.json["fields"]) == {"content"}


def test_customers_sites_contacts_and_units_come_in_and_reach_the_phone(
    app: App, company: Company
) -> None:
    boss = app.enter("boss")
    done = take(
        boss, "customer", [["客户名称", "等级", "所属机构"], ["南岭矿业", "A", "北方分公司"]]
    )
    assert (done["added"], done["written"], done["troubles"]) == (1, True, [])
    take(
        boss,
        "site",
        [
            ["客户名称", "现场名称", "服务机构", "地址"],
            ["南岭矿业", "二号坑", "北方分公司", "东路"],
        ],
    )
    take(
        boss,
        "contact",
        [["Customer", "Site", "Name", "Phone"], ["南岭矿业", "二号坑", "李工", "139"]],
    )
    units = [
        ["型号代码", "出厂编号", "客户名称", "现场名称", "销售日期", "工作小时"],
        ["EX200", "EX200-0900", "南岭矿业", "二号坑", "2026年3月1日", "120"],
    ]
    take(boss, "unit", units, raw=xlsx_of([("设备", units)]))
    [site], [unit] = company.rows(Site, name="二号坑"), company.rows(Unit, serial="EX200-0900")
    assert (unit.site_id, unit.running_hours, str(unit.sold_on)) == (site.id, 120, "2026-03-01")
    assert company.rows(Contact, name="李工")[0].site_id == site.id
    commands = {entry.command for entry in company.rows(AuditEntry, actor_id="boss")}
    assert {"customer.create", "site.create", "unit.create", "table.import"} <= commands


def test_a_second_time_changes_what_is_different_and_nothing_else(
    app: App, company: Company
) -> None:
    boss, ann = app.enter("boss"), Phone.of(app, "ann")
    company.dispatched("ann")
    rows = [["件号*", "名称*", "适用型号"], ["OIL-46", "抗磨液压油", ""], ["F-1", "滤芯", "EX200"]]
    done = take(boss, "part", rows)
    assert (done["added"], done["changed"]) == (1, 1)
    again = take(boss, "part", rows)
    assert (again["added"], again["changed"], again["same"]) == (0, 0, 2)
    assert company.row(Part, "oil").models == ["model"]  # an empty cell says nothing
    take(boss, "part_price", [["件号", "单价（元）"], ["OIL-46", "¥1,280.50"]])
    assert company.row(PartPrice, "oil").price_fen == 128050
    ann.sync()
    part, price = ann.get("part", "oil"), ann.get("part_price", "oil")
    assert part is not None
    assert price is not None
    assert (part["name_zh"], price["price_fen"]) == ("抗磨液压油", 128050)


def test_a_dry_run_tells_and_writes_nothing(app: App, company: Company) -> None:
    rows = [
        ["代码", "上级代码", "名称", "英文名称", "备注"],
        ["ELE", "", "电气", "Electrics", "x"],
        ["ELE-1", "ELE", "断路", "Open circuit", ""],  # its parent stands in the row above
        ["HYD-01", "", "渗漏", "Leak", ""],
    ]
    told = take(app.enter("boss"), "fault_code", rows, dry_run=True)
    assert (told["added"], told["same"], told["written"]) == (2, 1, False)
    assert told["ignored"] == ["备注"]
    assert len(company.rows(FaultCode)) == 1
    assert company.rows(AuditEntry, command="table.import") == []


def test_every_mistake_is_named_by_row_and_column_and_then_nothing_is_written(
    app: App, company: Company
) -> None:
    rows = [
        ["登录名", "姓名", "角色", "机构"],
        ["lee", "李", "服务工程师", "北方分公司"],
        ["bad login!", "王", "服务工程师", "北方分公司"],
        ["wu", "吴", "司机", "西方分公司"],
        ["zhao", "", "派工员", ""],
    ]
    told = take(app.enter("boss"), "person", rows)
    found = {(t["line"], t["column"], t["code"]) for t in told["troubles"]}
    assert found >= {
        (3, "login", "field_type"),
        (4, "roles", "import_unknown"),
        (4, "branch_id", "import_unknown"),
        (5, "name_zh", "field_required"),
    }
    assert (told["wrong"], told["written"]) == (3, False)
    assert company.rows(Person, login="lee") == []


def test_what_cannot_change_any_more_is_a_mistake(app: App, company: Company) -> None:
    told = take(
        app.enter("boss"), "provider", [["服务商名称", "归口机构"], ["服务商甲", "南方分公司"]]
    )
    [trouble] = told["troubles"]
    assert (trouble["line"], trouble["column"], trouble["code"]) == (2, "branch_id", "import_once")


def test_a_file_without_its_key_or_that_is_none_is_refused(app: App, company: Company) -> None:
    boss = app.enter("boss")
    raw = base64.b64encode(csv_of([["电话"], ["1"]])).decode()
    answer = boss.command("table.import", table="customer", file_name="x", content=raw)
    assert (answer.status_code, list(answer.json["fields"])) == (422, ["name"])
    for raw in (base64.b64encode(b"PK\x03\x04 no book").decode(), "文件"):
        answer = boss.command("table.import", table="customer", file_name="x", content=raw)
        assert (answer.status_code, list(answer.json["fields"])) == (422, ["content"])


def test_each_does_only_what_their_role_and_branch_may(app: App, company: Company) -> None:
    people = [["登录名", "姓名", "角色", "机构"], ["lee", "李", "派工员", "南方分公司"]]
    raw = base64.b64encode(csv_of(people)).decode()
    desk = app.enter("north_desk")  # a dispatcher: customers, but no people
    wish = {"table": "person", "file_name": "x", "content": raw}
    assert desk.command("table.import", **wish).status_code == 403
    assert desk.get("tables/file", query_string={"table": "person"}).status_code == 403
    assert "person" not in [t["name"] for t in desk.get("tables").json["items"]]
    assert app.enter("prov_boss").command("table.import", **wish).status_code == 403
    told = take(app.enter("north_boss"), "person", people)  # another branch is not to be seen
    assert [t["column"] for t in told["troubles"]] == ["branch_id"]
    secret = {"customer_id": "c", "name": "南方客户", "branch_id": "south"}
    company.run_as_system("customer.create", secret)
    found = desk.get("tables/file", query_string={"table": "customer", "form": "csv", "filled": 1})
    assert "北山矿业" in found.text
    assert "南方客户" not in found.text
    take(desk, "customer", [["客户名称", "等级"], ["南方客户", "A"]])
    assert company.row(Customer, "c").grade is None  # not the other branch's, though the same name


def test_what_is_there_comes_out_and_goes_in_again_unchanged(app: App, company: Company) -> None:
    boss = app.enter("boss")
    for table in TABLES:
        wish = {"table": table, "filled": 1}
        answer = boss.get("tables/file", query_string=wish)
        assert answer.status_code == 200
        rows = len(read_sheet(answer.data).rows)
        told = take(boss, table, [], raw=answer.data, dry_run=True)
        assert (told["same"], told["troubles"]) == (rows, []), table


def test_the_empty_form_says_how_to_fill_it_in(app: App, company: Company) -> None:
    answer = app.enter("boss").get("tables/file", query_string={"table": "unit"})
    book = load_workbook(io.BytesIO(answer.data))
    head = [cell.value for cell in next(book["设备"].iter_rows())]
    assert head[:2] == ["型号代码*", "出厂编号*"]
    assert book["设备"].max_row == 1
    assert "2026-11-21" in str([c.value for row in book["填写说明"].iter_rows() for c in row])


def test_a_single_dash_empties_a_field_and_an_empty_cell_never_does(
    app: App, company: Company
) -> None:
    boss, ann = app.enter("boss"), Phone.of(app, "ann")
    company.dispatched("ann")
    said = {"site_id": "pit", "address": "东路", "rules": "登记"}
    company.run_as_system("site.update", said)
    head = ["客户名称", "现场名称", "地址", "现场规定"]
    assert take(boss, "site", [head, ["北山矿业", "一号坑", "", ""]])["same"] == 1
    assert take(boss, "site", [head, ["北山矿业", "一号坑", "-", "－"]])["changed"] == 1
    assert take(boss, "site", [head, ["北山矿业", "一号坑", "-", "—"]])["same"] == 1
    take(boss, "part", [["件号", "适用型号"], ["OIL-46", "-"]])
    assert company.row(Part, "oil").models == []
    ann.sync()
    site = ann.get("site", "pit")
    assert site is not None
    assert (site["address"], site["rules"]) == (None, None)


def test_what_every_record_needs_cannot_be_emptied(app: App, company: Company) -> None:
    rows = [["客户名称", "现场名称", "服务机构"], ["北山矿业", "一号坑", "-"]]
    told = take(app.enter("boss"), "site", rows)
    assert [(t["column"], t["value"], t["code"]) for t in told["troubles"]] == [
        ("branch_id", "-", "field_required")
    ]


def test_no_in_the_column_in_use_ends_a_record_once(app: App, company: Company) -> None:
    boss, ann = app.enter("boss"), Phone.of(app, "ann")
    begun = {
        "checklist": ([["代码", "名称"], ["hyd", "液压检查"]], "在用"),
        "certificate_need": ([NEED, ["高压电工", "", ""]], "在用"),
        "holiday": ([["日期", "名称"], ["2027-01-01", "元旦"]], "有效"),
        "certificate": ([["登录名", "证书类别"], ["ann", "高压电工"]], "有效"),
        "skill": (
            [["登录名", "型号代码", "培训日期"], ["ann", "EX200", "2026-03-01"]],
            "有效",
        ),
    }
    for table, (rows, column) in begun.items():
        take(boss, table, rows)
        ended = [[*rows[0], column], [*rows[1], "否"]]
        assert take(boss, table, ended)["changed"] == 1, table
        assert take(boss, table, ended)["same"] == 1, table
    assert [row.ends_at for row in company.rows(Checklist, code="hyd")] == [company.clock.now()]
    for model in (CertificateNeed, Holiday, Certificate, Skill):
        assert company.rows(model) == []
    ann.sync()
    on_phone = ann.get("checklist", company.rows(Checklist, code="hyd")[0].id)
    assert on_phone is not None
    assert on_phone["ends_at"] is not None


def test_the_rule_pack_of_a_sale_comes_in_and_is_emptied_again(app: App, company: Company) -> None:
    boss, header = app.enter("boss"), ["型号代码", "出厂编号", "客户名称", "现场名称", "三包规则"]
    known = [one.serial for one in company.rows(Unit) if one.id == "unit"]
    row = ["EX200", *known, "北山矿业", "一号坑"]
    assert take(boss, "unit", [header, [*row, "三包"]])["changed"] == 1
    assert company.row(Unit, "unit").rule_pack == "consumer"
    assert take(boss, "unit", [header, [*row, "-"]])["changed"] == 1
    assert company.row(Unit, "unit").rule_pack is None
