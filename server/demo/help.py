"""Help requests of the demo company: one waits for its branch, one for the head office."""

from typing import Any, Final

from server.demo.stage import Stage, demo_id

# Of the engine that has to be changed in the pit, and of the hose that is chafed once more.
_ENGINE: Final = {
    "problem": "发动机总成要在采场内更换，吊装空间小，分公司没有换过矿用机的总成。",
    "tried": "与矿方确认 50 吨吊车可以进场，附件已拆下编号。",
    "wanted": "请总部派发动机工程师带专用吊具到场，预计两天。",
}
_HOSE: Final = {
    "problem": "中央回转接头上方的软管换过一次，同一个支架处又磨破，支架方向和图纸对不上。",
    "tried": "松开支架转了 15 度，回转到右侧时仍然碰。",
    "wanted": "请确认这一批支架的安装方向，必要时派人带新支架来。",
}


def ask_for_help(stage: Stage) -> None:
    """Puts both into the script."""
    _asked(stage, "parts-pending", "engineer6", 55, _ENGINE)
    _asked(stage, "on-site", "engineer8", 40, _HOSE)
    review = {"answer": "agreed", "note": "同一台半年内第二次，现场处理不了。"}
    _decided(stage, "on-site", "review", 25, review)
    _decided(stage, "on-site", "stamp", 12, {"answer": "stamped"})


def _asked(stage: Stage, order: str, login: str, minutes_ago: int, words: dict[str, str]) -> None:
    named = {kind: demo_id(kind, order) for kind in ("support_request", "visit", "order")}
    args = {**{f"{kind}_id": one for kind, one in named.items()}, **words}
    stage.will_say(stage.ago(minutes=minutes_ago), login, "visit.ask_help", args)


def _decided(stage: Stage, order: str, act: str, minutes_ago: int, answer: dict[str, Any]) -> None:
    """By the northwest branch, whose head and manager are one person."""
    args = {"support_request_id": demo_id("support_request", order), **answer}
    stage.will_say(stage.ago(minutes=minutes_ago), "branch-west", f"support_request.{act}", args)
