"""Writes on the catalogue."""

import json
from functools import cache
from typing import Any

from sqlalchemy import select

from server.catalogue import schemas
from server.catalogue.models import (
    CertificateNeed,
    Checklist,
    FaultCode,
    LabourRate,
    OrderType,
    Part,
    PartPrice,
    ProductModel,
    Recall,
)
from server.catalogue.rules import (
    LABOUR,
    STANDARD_TYPES,
    coded,
    makes_a_circle,
    standard_lists,
)
from server.core.catalogue import TABLES
from server.core.commands import Args, Context, command
from server.core.errors import Problem
from server.core.events import on
from server.core.ids import new_id
from server.core.rows import change, fetch, free, fresh_id, known
from server.core.schemas import Args as Schema
from sync.tables import FOLDER


@on("company.created")
def begin_with_standard_types(ctx: Context, company_id: str) -> None:  # noqa: ARG001
    """Without an order type there is no first order."""
    if ctx.session.scalar(select(OrderType.id).limit(1)) is not None:
        return
    for standard in STANDARD_TYPES:
        fields = vars(standard) | {"photo_slots": list(standard.photo_slots)}
        ctx.session.add(OrderType(id=new_id(), **fields))


@command("product_model.create", schemas.ModelCreate)
def create_model(ctx: Context, args: Args) -> dict[str, str]:
    """Adds a product model."""
    free(ctx, ProductModel.code, args["code"])
    args["readings"] = _coded(args["readings"], [])
    return _create(ctx, ProductModel, "product_model", args)


@command("product_model.update", schemas.ModelUpdate)
def update_model(ctx: Context, args: Args) -> None:
    """Changes a product model."""
    if "readings" in args:
        had = fetch(ctx, ProductModel, args["product_model_id"]).readings or []
        args["readings"] = _coded(args["readings"], had)
    _update(ctx, ProductModel, "product_model", args, ProductModel.code)


def _coded(readings: list[Any] | None, had: list[Any]) -> list[dict[str, Any]] | None:
    """A visit names a reading by its code, so that one keeps it from version to version."""
    return None if readings is None else coded(readings, had, iter(new_id, None))


@command("part.create", schemas.PartCreate)
def create_part(ctx: Context, args: Args) -> dict[str, str]:
    """Adds a spare part."""
    free(ctx, Part.number, args["number"])
    args["models"] = _models(ctx, args["models"] or [])
    return _create(ctx, Part, "part", args)


@command("part.update", schemas.PartUpdate)
def update_part(ctx: Context, args: Args) -> None:
    """Changes a spare part."""
    if "models" in args:
        args["models"] = _models(ctx, args["models"])
    _update(ctx, Part, "part", args, Part.number)


def _models(ctx: Context, wanted: list[str]) -> list[str]:
    present = ctx.session.scalars(select(ProductModel.id).where(ProductModel.id.in_(wanted)))
    if set(wanted) - set(present):
        raise Problem("invalid", {"models": ["field_choice"]})
    return sorted(set(wanted))


@command("part_price.set", schemas.PriceSet)
def set_price(ctx: Context, args: Args) -> None:
    """The price from now on; what a report was signed with stays in the report."""
    part = known(ctx, Part, args["part_id"], "part_id")
    price = ctx.session.get(PartPrice, part.id, with_for_update=True)
    if price is None:
        price = PartPrice(id=part.id, part_id=part.id)
        ctx.session.add(price)
    price.price_fen = args["price_fen"]
    ctx.about("part", part.id)


@command("labour_rate.set", schemas.LabourRateSet, permission="part_price.set")
def set_labour_rate(ctx: Context, args: Args) -> None:
    """What an hour costs from now on; 0 where labour is not charged."""
    rate = ctx.session.get(LabourRate, LABOUR, with_for_update=True)
    if rate is None:
        rate = LabourRate(id=LABOUR)
        ctx.session.add(rate)
    rate.hour_fen = args["hour_fen"]
    ctx.about("labour_rate", LABOUR)


@command("fault_code.create", schemas.FaultCodeCreate)
def create_fault_code(ctx: Context, args: Args) -> dict[str, str]:
    """Adds a fault code to the tree."""
    free(ctx, FaultCode.code, args["code"])
    _hang(ctx, None, args["parent_id"])
    return _create(ctx, FaultCode, "fault_code", args)


@command("fault_code.update", schemas.FaultCodeUpdate)
def update_fault_code(ctx: Context, args: Args) -> None:
    """Changes a fault code or hangs it elsewhere."""
    if "parent_id" in args:
        _hang(ctx, args["fault_code_id"], args["parent_id"])
    _update(ctx, FaultCode, "fault_code", args, FaultCode.code)


def _hang(ctx: Context, code_id: str | None, parent_id: str | None) -> None:
    if parent_id is None:
        return
    known(ctx, FaultCode, parent_id, "parent_id")
    parents = {code.id: code.parent_id for code in ctx.session.scalars(select(FaultCode))}
    if code_id is not None and makes_a_circle(code_id, parent_id, parents):
        raise Problem("invalid", {"parent_id": ["field_choice"]})


@command("order_type.create", schemas.OrderTypeCreate)
def create_order_type(ctx: Context, args: Args) -> dict[str, str]:
    """Adds a type of order."""
    free(ctx, OrderType.code, args["code"])
    return _create(ctx, OrderType, "order_type", args)


@command("order_type.update", schemas.OrderTypeUpdate)
def update_order_type(ctx: Context, args: Args) -> None:
    """Changes a type of order."""
    _update(ctx, OrderType, "order_type", args)


@on("company.created")
def begin_with_standard_lists(ctx: Context, company_id: str) -> None:  # noqa: ARG001
    """What visits of this kind of trade ask for; the company makes its own out of it."""
    begin_lists(ctx, {})


@command("checklist.begin", Schema)
def begin_lists(ctx: Context, _args: Args) -> None:
    """A company that never had a checklist begins with the standard ones; no role may."""
    if ctx.session.scalar(select(Checklist.id).limit(1)) is None:
        for standard in standard_lists(TABLES.visit_plan, _words()):
            _put_in_force(ctx, {"severities": [], "models": [], "readings": [], **standard})


@cache
def _words() -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads((FOLDER / "report_words.json").read_text("utf-8"))
    return found


@command("checklist.create", schemas.ChecklistCreate)
def create_checklist(ctx: Context, args: Args) -> dict[str, str]:
    """Adds a checklist; visits that begin from now on are asked it."""
    there = select(Checklist.id).where(Checklist.code == args["code"], Checklist.ends_at.is_(None))
    if ctx.session.scalar(there) is not None:
        raise Problem("invalid", {"code": ["field_taken"]})
    wish = fresh_id(ctx, Checklist, args.pop("checklist_id"))
    return _put_in_force(ctx, args, wish)


@command("checklist.update", schemas.ChecklistUpdate)
def update_checklist(ctx: Context, args: Args) -> dict[str, str]:
    """Ends one version and begins the next; visits that have begun keep what they were asked."""
    row = _in_force(ctx, args.pop("checklist_id"))
    row.ends_at = ctx.now
    names = ("code", "name_zh", "name_en", "types", "severities", "models", "checks", "readings")
    return _put_in_force(ctx, {**{name: getattr(row, name) for name in names}, **args})


@command("checklist.end", schemas.ChecklistEnd, permission="checklist.update")
def end_checklist(ctx: Context, args: Args) -> None:
    """No visit that begins from now on is asked it."""
    row = _in_force(ctx, args["checklist_id"])
    row.ends_at = ctx.now
    ctx.about("checklist", row.id)


def _in_force(ctx: Context, checklist_id: str) -> Checklist:
    row = fetch(ctx, Checklist, checklist_id)
    if row.ends_at is not None:
        raise Problem("conflict")  # somebody else was first, and this form shows what was before
    return row


def _put_in_force(ctx: Context, args: Args, wish: str | None = None) -> dict[str, str]:
    """The next version of a list, whole."""
    before = ctx.session.scalars(
        select(Checklist).where(Checklist.code == args["code"]).order_by(Checklist.version)
    ).all()
    codes = set(ctx.session.scalars(select(OrderType.code)))
    if set(args["types"]) - codes:
        raise Problem("invalid", {"types": ["field_choice"]})
    args["models"] = _models(ctx, list(args["models"] or []))
    for name in ("checks", "readings"):
        had = [item for row in before for item in getattr(row, name)]
        args[name] = coded(args[name], had, iter(new_id, None))
    args |= {"types": sorted(args["types"]), "severities": list(args["severities"] or [])}
    version = before[-1].version + 1 if before else 1
    row = Checklist(id=wish or new_id(), version=version, begins_at=ctx.now, **args)
    ctx.session.add(row)
    ctx.about("checklist", row.id)
    return {"id": row.id}


@command("recall.open", schemas.RecallOpen)
def open_recall(ctx: Context, args: Args) -> dict[str, str]:
    """Calls batches of a model back; every phone with one of these units says so."""
    free(ctx, Recall.code, args["code"])
    known(ctx, ProductModel, args["model_id"], "model_id")
    return _create(ctx, Recall, "recall", {**args, "batches": list(args["batches"])})


@command("recall.update", schemas.RecallUpdate, permission="recall.open")
def update_recall(ctx: Context, args: Args) -> None:
    """Changes a recall, or ends it."""
    if "batches" in args:
        args["batches"] = list(args["batches"])
    _update(ctx, Recall, "recall", args, Recall.code)


def _create(ctx: Context, model: Any, name: str, args: Args) -> dict[str, str]:
    row_id = fresh_id(ctx, model, args.pop(f"{name}_id"))
    ctx.session.add(model(id=row_id, **args))
    ctx.about(name, row_id)
    return {"id": row_id}


def _update(ctx: Context, model: Any, name: str, args: Args, unique: Any = None) -> None:
    row = fetch(ctx, model, args[f"{name}_id"])
    if unique is not None and unique.key in args:
        free(ctx, unique, args[unique.key], besides=row.id)
    change(row, args, (f"{name}_id",))
    ctx.about(name, row.id)


@command("certificate_need.add", schemas.NeedArgs, permission="order_type.update")
def add_need(ctx: Context, args: Args) -> dict[str, str]:
    """Nobody without such a certificate is sent to these orders from now on."""
    if args["model_id"] is not None:
        known(ctx, ProductModel, args["model_id"], "model_id")
    need_id = fresh_id(ctx, CertificateNeed, args.pop("certificate_need_id"))
    ctx.session.add(CertificateNeed(id=need_id, **args))
    return {"id": need_id}


@command("certificate_need.remove", schemas.RemoveNeedArgs, permission="order_type.update")
def remove_need(ctx: Context, args: Args) -> None:
    """The certificate is no longer asked for."""
    need = ctx.session.get(CertificateNeed, args["certificate_need_id"])
    if need is None:
        raise Problem("not_found")
    ctx.session.delete(need)
