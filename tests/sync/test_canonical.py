"""Our canonical JSON is that of RFC 8785."""

from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from sync.canonical import DEPTH_MAX, INT_MAX, canonical

texts = st.text()
values = st.recursive(
    st.none() | st.booleans() | st.integers(-INT_MAX, INT_MAX) | texts,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(texts, inner, max_size=5),
)


@given(values)
def test_every_value_is_written_as_the_rfc_says(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


def test_depth_is_bounded_long_before_the_stack_is() -> None:
    value: Any = 0
    for _ in range(DEPTH_MAX + 1):
        value = {"a": value}
    with pytest.raises(TypeError, match="deep"):
        canonical(value)
