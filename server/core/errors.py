"""Errors that a person can do something about, all numbered in `sync/tables/errors.json`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from server.core.catalogue import ERRORS
from server.core.i18n import Language, message


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field: a code of the catalogue and the values of its sentence."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


class Problem(Exception):  # noqa: N818 -- the word of RFC 9457 for an error that is answered
    """Bad input or a refused wish: answered with its number and sentence, never a traceback.

    Args:
        code: a key of the catalogue.
        fields: per field (dotted path) what is wrong with it.
        details: further facts for a program that reads the answer.

    Attributes:
        after_writing: something of the command was written before it was raised, so that the
            transaction, or the savepoint, has to be taken back.
    """

    def __init__(
        self,
        code: str,
        fields: Mapping[str, Iterable[FieldError | str]] | None = None,
        **details: Any,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.fields = {
            name: [e if isinstance(e, FieldError) else FieldError(e) for e in errors]
            for name, errors in (fields or {}).items()
        }
        self.details = details
        self.after_writing = False

    @property
    def number(self) -> int:
        return int(ERRORS[self.code]["number"])

    @property
    def http(self) -> int:
        return int(ERRORS[self.code]["http"])

    def __str__(self) -> str:
        fields = {name: [e.code for e in errors] for name, errors in self.fields.items()}
        return f"{self.code} {fields}" if fields else self.code


class Hold(Problem):
    """Field work that cannot be applied now: kept whole for a person to decide, never refused."""


def body(problem: Problem, language: Language) -> dict[str, Any]:
    """The one error body of the API."""
    return {
        "onsite": "error",
        "number": problem.number,
        "code": problem.code,
        "message": message(problem.code, language),
        "fields": {
            name: [message(e.code, language, **e.values) for e in errors]
            for name, errors in problem.fields.items()
        },
    } | ({"details": problem.details} if problem.details else {})
