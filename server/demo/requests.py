"""Requests of the demo company that are open: a fault, and a question that is owed an answer."""

from server.core.clock import to_text
from server.demo.stage import Stage, demo_id, members

_FAULT = (
    "你好，挖机走起来一顿一顿的，左边履带没劲，在徐州市贾汪区大吴镇高速桥下，电话 120 0000 0131"
)


def take_requests(stage: Stage) -> None:
    """Puts both into the script."""
    fault = {
        "request_id": demo_id("request", "fault"),
        "channel": "wechat",
        "phone": "120 0000 0131",
        "contact_name": "沈师傅",
        "symptom": "挖机走起来一顿一顿的，左边履带没劲",
        "address": "徐州市贾汪区大吴镇高速桥下",
        "raw_text": _FAULT,
    }
    stage.will_say(stage.ago(minutes=12), "agent", "request.create", fault)
    asked = demo_id("request", "question")
    question = {
        "request_id": asked,
        "channel": "email",
        "kind": "consultation",
        "phone": "120 0000 0108",
        "contact_name": "邵永强",
        "symptom": "LC-490 想装破碎锤，油路要不要改，流量和回油背压要求多少？",
        "customer_id": demo_id("customer", "huaihai"),
        "site_id": demo_id("site", "huaihai-1"),
        "owner_id": members()["service"].id,
        "answer_due_at": to_text(stage.moment(1, 10)),
    }
    stage.will_say(stage.ago(minutes=150), "agent", "request.create", question)
    told = {"request_id": asked, "contacted_at": to_text(stage.ago(minutes=140))}
    stage.will_say(stage.ago(minutes=140), "agent", "request.contact", told)
