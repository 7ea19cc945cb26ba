"""Roles give permissions; nothing else does."""

from server.core.actor import SYSTEM, Actor
from server.core.permissions import ROLES, may, permissions_of


def person(*roles: str, **more: object) -> Actor:
    return Actor(kind="person", person_id="p", roles=frozenset(roles), **more)  # type: ignore[arg-type]


def test_a_dispatcher_assigns_but_does_not_approve() -> None:
    assert may(person("dispatcher"), "order.assign")
    assert not may(person("dispatcher"), "order.approve")


def test_the_after_sales_head_approves() -> None:
    assert may(person("after_sales_head"), "order.approve")


def test_an_engineer_reads_no_desk() -> None:
    assert not may(person("engineer"), "order.read")


def test_several_roles_add_up() -> None:
    assert may(person("engineer", "dispatcher"), "order.assign")


def test_an_unknown_role_gives_nothing() -> None:
    assert permissions_of(person("wizard")) == permissions_of(person())


def test_a_customers_link_may_nothing_of_this() -> None:
    link = Actor(kind="link", person_id="l", roles=frozenset({"admin"}))
    assert not any(may(link, permission) for permission in ROLES["admin"])


def test_a_revoked_device_may_only_hand_in() -> None:
    assert not may(person("dispatcher", drain_only=True), "order.assign")


def test_the_system_may_everything() -> None:
    assert may(SYSTEM, "order.assign")
