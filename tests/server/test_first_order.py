"""An empty installation reaches its first order by six steps, each over HTTP."""

from typing import Any

import pytest

from tests.support.app import PASSWORD, App, Client


@pytest.fixture
def admin(app: App) -> Client:
    """The first administrator, who belongs to no branch because there is none yet."""
    app.person("root", "admin")
    return app.log_in("root")


def done(client: Client, name: str, /, **args: Any) -> Any:
    answer = client.command(name, **args)
    assert answer.status_code == 200, answer.text
    return answer.json["result"]


def test_six_steps_lead_to_the_first_order(app: App, admin: Client) -> None:
    done(admin, "company.update", name_zh="新公司", timezone="Asia/Shanghai", currency="CNY")
    branch = done(admin, "branch.create", kind="head_office", name_zh="总部")["id"]
    names = {"name_zh": "李调度", "login": "li", "password": PASSWORD, "branch_id": branch}
    done(admin, "person.create", roles=["dispatcher"], **names)
    done(admin, "person.create", login="wang", name_zh="王工", roles=["engineer"], branch_id=branch)
    customer = done(admin, "customer.create", name="第一个客户")["id"]
    site = done(admin, "site.create", customer_id=customer, branch_id=branch, name="工地")["id"]
    model = done(admin, "product_model.create", code="EX1", name_zh="挖掘机")["id"]
    unit = done(admin, "unit.create", serial="1", model_id=model, site_id=site)["id"]
    dispatcher = app.log_in("li")
    assert [t["code"] for t in dispatcher.get("order-types").json["items"]]
    facts = {"customer_id": customer, "site_id": site, "unit_id": unit, "symptom": "无法启动"}
    order = done(dispatcher, "order.create", type="repair", channel="phone", **facts)
    found = dispatcher.get(f"orders/{order['id']}").json
    assert found["number"] == order["number"] == "SO-2026-000001"
    assert found["contact_due_at"] == "2026-11-21T03:00:00.000Z"


def test_without_a_branch_a_customers_file_has_no_keeper(app: App, admin: Client) -> None:
    answer = admin.command("customer.create", name="第一个客户")
    assert answer.status_code == 422
    assert list(answer.json["fields"]) == ["branch_id"]


def test_without_the_company_there_is_no_order(app: App, admin: Client) -> None:
    """Its promise of first contact, its time zone and its order types would be missing."""
    branch = done(admin, "branch.create", kind="branch", name_zh="分公司")["id"]
    customer = done(admin, "customer.create", name="客户")["id"]
    site = done(admin, "site.create", customer_id=customer, branch_id=branch, name="工地")["id"]
    facts = {"customer_id": customer, "site_id": site, "symptom": "x"}
    answer = admin.command("order.create", type="repair", **facts)
    assert answer.status_code == 422
    assert list(answer.json["fields"]) == ["type"]
