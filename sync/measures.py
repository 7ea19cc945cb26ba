"""Units of measure of parts in the reader's language; they are kept as the catalogue says them."""

from collections.abc import Mapping, Sequence


def measure_in(
    table: Mapping[str, Sequence[str]], language: str, measure: str | None, quantity: int
) -> str:
    """The word for a measure; one that nobody knows stands as it is.

    Args:
        table: `measures.json`: the Chinese word → English for one, and for several.
        language: of the reader, `zh-CN` or `en`.
        measure: as the part has it.
        quantity: how many there are of it.
    """
    known = table.get(measure or "") if language == "en" else None
    return known[0 if quantity == 1 else 1] if known is not None else measure or ""
