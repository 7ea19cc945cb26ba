"""A seal is broken by any change, and says by which."""

from sync.seal import differences, holds, seal

CONTENT = {"total_fen": 1200, "parts": [{"number": "P-1", "quantity": 2}], "customer": None}


def test_content_holds_under_its_own_hash_only() -> None:
    sealed = seal(CONTENT)
    assert holds(CONTENT, sealed.hash)
    assert not holds({**CONTENT, "total_fen": 1201}, sealed.hash)
    assert not holds({**CONTENT, "total_fen": 1200.0}, sealed.hash)


def test_the_order_of_fields_is_no_content() -> None:
    assert seal(dict(reversed(CONTENT.items()))).hash == seal(CONTENT).hash


def test_what_was_changed_is_named() -> None:
    changed = {"total_fen": 1, "parts": [{"number": "P-1", "quantity": 3}], "extra": True}
    assert list(differences(CONTENT, changed)) == ["extra", "parts.0.quantity", "total_fen"]
    assert list(differences(CONTENT, dict(CONTENT))) == []
    assert list(differences({"a": [1]}, {"a": [1, 2]})) == ["a"]
    assert list(differences({"a": 1}, {"a": True})) == ["a"]
