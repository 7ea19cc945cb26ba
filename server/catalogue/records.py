"""What of the catalogue is synced: all of it to everybody, prices to those who may see them."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, true
from sqlalchemy.orm import Session

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
    Skill,
)
from server.core.actor import Actor
from server.core.permissions import opens
from server.core.records import synced
from server.people.records import people_of


def _catalogue(_session: Session, _row: Any) -> Iterable[str]:
    return ["catalogue"]


def _prices(_session: Session, _row: Any) -> Iterable[str]:
    return ["prices"]


synced("product_model", ProductModel, _catalogue)
synced("part", Part, _catalogue)
synced("fault_code", FaultCode, _catalogue)
synced("order_type", OrderType, _catalogue)
synced("recall", Recall, _catalogue)
synced("checklist", Checklist, _catalogue)
synced("part_price", PartPrice, _prices)
synced("labour_rate", LabourRate, _prices)


@opens(ProductModel)
@opens(Part)
@opens(PartPrice)
@opens(FaultCode)
@opens(OrderType)
@opens(Recall)
@opens(Checklist)
@opens(LabourRate)
@opens(CertificateNeed)
def _of_the_whole_company(_actor: Actor) -> ColumnElement[bool]:
    return true()


@opens(Skill)
def _skills(actor: Actor) -> ColumnElement[bool]:
    return Skill.person_id.in_(people_of(actor))
