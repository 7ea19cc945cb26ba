"""What the database no longer has as it was sealed, named by the fields of the report's page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from server.core.i18n import Language
from server.signoff.paper import Paper, page_of
from server.signoff.speech import PRINTER
from sync.seal import differences

# What making a page of content raises that no phone ever sealed.
NO_REPORT = (ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError)


@dataclass(frozen=True)
class Difference:
    """One place at which a report is not what was sealed.

    Attributes:
        field: where: `parts.0.price`, `photos.1`, `signatures.0`; `pictures` for one that the
            report has not; `device` for the phone's signature; empty if it stands nowhere in
            the report.
        sealed: what should be read there; a picture's hash.
        found: what is.
    """

    field: str
    sealed: str
    found: str


def altered(paper: Paper, language: Language, printer: int = PRINTER) -> list[Difference]:
    """The fields of which the database had something else than what was sealed (scenario 11).

    Args:
        paper: the report; `stored` is what the database had.
        language: in which both are told.
        printer: version of the words' setting.

    Returns:
        By field of the page; by path of the content where the page does not show it.
    """
    if paper.stored is None:
        return []
    unseen = differences(paper.content, paper.stored)
    return _shown(paper, language, printer) or [Difference(path, "", "") for path in unseen]


def _shown(paper: Paper, language: Language, printer: int) -> list[Difference]:
    other = replace(paper, content=paper.stored or {})
    try:
        pages = [dict(leaves(page_of(one, language, printer))) for one in (paper, other)]
    except NO_REPORT:
        return []
    sealed, found = pages
    names = [name for name in {**sealed, **found} if sealed.get(name) != found.get(name)]
    return [Difference(name, sealed.get(name, ""), found.get(name, "")) for name in names]


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """The texts of a page, each with its dotted path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from leaves(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from leaves(inner, f"{path}.{place}")
