"""Tables of customers, sites and contacts."""

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.core.db import Base, Id


class Customer(Base):
    """A company that owns units; `branch_id` is the branch that keeps its file."""

    __tablename__ = "customer"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    name_en: Mapped[str | None] = mapped_column(String(200))
    grade: Mapped[str | None] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(10))
    branch_id: Mapped[str] = mapped_column(ForeignKey("branch.id"), index=True)


class Site(Base):
    """A place where a customer's units work, and the branch that serves it."""

    __tablename__ = "site"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id"), index=True)
    branch_id: Mapped[str] = mapped_column(ForeignKey("branch.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str | None] = mapped_column(String(400))
    lat_e7: Mapped[int | None]
    lng_e7: Mapped[int | None]
    rules: Mapped[str | None] = mapped_column(Text)


class Contact(Base):
    """Somebody to speak to: at one site, or for all of the customer's sites."""

    __tablename__ = "contact"

    id: Mapped[str] = mapped_column(Id(), primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id"), index=True)
    site_id: Mapped[str | None] = mapped_column(ForeignKey("site.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    title: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(200))
