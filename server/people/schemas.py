"""Arguments of the commands on people, the company, branches, providers and devices."""

from typing import Any

from marshmallow import fields, post_load

from server.core.i18n import LANGUAGES
from server.core.permissions import ROLES
from server.core.schemas import (
    CODES_OF,
    Args,
    ListArgs,
    Text,
    Whole,
    boolean,
    choice,
    choices,
    day,
    fen,
    hash_field,
    id_field,
    integer,
    moment,
    string,
    text,
    unless_given,
)
from server.people.passwords import hash_password
from server.people.rules import (
    APPROVALS,
    BRANCH_KINDS,
    LOGIN,
    PASSWORD_LONGEST,
    PASSWORD_SHORTEST,
    login_of,
)

MINUTES_MAX = 7 * 24 * 60
_ERRORS: dict[str, Any] = {
    "required": "field_required",
    "null": "field_required",
    "invalid": "field_type",
}


class _Login(fields.String):
    """A log-in, in small letters."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:
        return login_of(super()._deserialize(value, attr, data, **more) or "")


def _login() -> _Login:
    valid = Whole(f"^{LOGIN.pattern}$", error="field_type")
    return _Login(required=True, validate=valid, error_messages=_ERRORS)


def _argon2(*, required: bool) -> fields.String:
    """A password as its Argon2 hash."""
    valid = Whole(r"^\$argon2id\$[\x21-\x7e]{20,180}$", error="field_type")
    options: dict[str, Any] = {} if required else {"load_default": None}
    return fields.String(
        required=required, load_only=True, validate=valid, error_messages=_ERRORS, **options
    )


class CompanyUpdate(Args):
    """What the company is; time zone and currency hold for all of it."""

    name_zh = unless_given(string())
    name_en = unless_given(string(), nullable=True)
    address = unless_given(string(), nullable=True)
    phone = unless_given(string(), nullable=True)
    timezone = unless_given(string(64))
    currency = unless_given(string(3, least=3))
    contact_minutes = unless_given(integer(1, MINUTES_MAX))
    consent_sign_above_fen = unless_given(fen(), nullable=True)
    app_lock = unless_given(boolean(default=None))
    report_terms_zh = unless_given(text(), nullable=True)
    report_terms_en = unless_given(text(), nullable=True)
    privacy_zh = unless_given(text(), nullable=True)
    privacy_en = unless_given(text(), nullable=True)


class CompanyCreate(CompanyUpdate):
    """The company of this installation."""

    company_id = id_field(required=False)
    name_zh = string()


class BranchCreate(Args):
    """A head office or branch; approval follows from the kind unless told."""

    branch_id = id_field(required=False)
    kind = choice(BRANCH_KINDS)
    name_zh = string()
    name_en = string(required=False)
    address = string(required=False)
    phone = string(required=False)
    approval = choice(APPROVALS, required=False)


class BranchUpdate(Args):
    """Changes to a branch."""

    branch_id = id_field()
    name_zh = unless_given(string())
    name_en = unless_given(string(), nullable=True)
    address = unless_given(string(), nullable=True)
    phone = unless_given(string(), nullable=True)
    approval = unless_given(choice(APPROVALS))


class ProviderCreate(Args):
    """A contracted service provider."""

    provider_id = id_field(required=False)
    name_zh = string()
    name_en = string(required=False)
    phone = string(required=False)
    branch_id = id_field()


class ProviderUpdate(Args):
    """Changes to a provider."""

    provider_id = id_field()
    name_zh = unless_given(string())
    name_en = unless_given(string(), nullable=True)
    phone = unless_given(string(), nullable=True)


class PersonCreate(Args):
    """Somebody who will log in; a provider's person gets the provider's branch."""

    person_id = id_field(required=False)
    login = _login()
    password = string(PASSWORD_LONGEST, least=PASSWORD_SHORTEST, required=False, load_only=True)
    password_hash = _argon2(required=False)
    name_zh = string()
    name_en = string(required=False)
    phone = string(required=False)
    badge = string(required=False)
    language = choice(LANGUAGES, required=False, default="zh-CN")
    roles = choices(sorted(ROLES))
    branch_id = id_field(required=False)
    provider_id = id_field(required=False)

    @post_load
    def _hash(self, args: dict[str, Any], **_more: Any) -> dict[str, Any]:
        """Hashing is slow on purpose; here the database transaction has not begun yet."""
        password = args.pop("password")
        if password is not None:
            args["password_hash"] = hash_password(password)
        return args


class PersonUpdate(Args):
    """Changes to a person."""

    person_id = id_field()
    login = unless_given(_login())
    name_zh = unless_given(string())
    name_en = unless_given(string(), nullable=True)
    phone = unless_given(string(), nullable=True)
    badge = unless_given(string(), nullable=True)
    language = unless_given(choice(LANGUAGES))
    roles = unless_given(choices(sorted(ROLES)))
    branch_id = unless_given(id_field(), nullable=True)
    provider_id = unless_given(id_field(), nullable=True)


class PersonArgs(Args):
    """A person."""

    person_id = id_field()


class LanguageArgs(Args):
    """The language in which one wants to be spoken to."""

    language = choice(LANGUAGES)


class PasswordArgs(Args):
    """A person's new password, as its hash."""

    person_id = id_field()
    password_hash = _argon2(required=True)


class ResetArgs(Args):
    """A reset code, as its hash, and the new password, as its hash."""

    code_hash = hash_field(load_only=True)
    password_hash = _argon2(required=True)


class DeviceRegister(Args):
    """An installation of the app."""

    device_id = id_field(required=False)
    name = string(required=False)
    platform = string(required=False)
    app = string(40, required=False)


class DeviceKeyArgs(Args):
    """The public half of a device's key: an uncompressed point of P-256, in hexadecimal."""

    device_id = id_field()
    public_key = Text(
        required=True,
        validate=Whole(r"^04[0-9a-f]{128}$", error="field_type"),
        error_messages=CODES_OF,
    )


class DeviceArgs(Args):
    """A device."""

    device_id = id_field()


class SessionOpen(Args):
    """A log-in whose password was already proven."""

    person_id = id_field()
    token_hash = hash_field(load_only=True)
    device_id = id_field(required=False)
    agent = string(400, required=False)
    expires_at = moment()


class SessionClose(Args):
    """Ends the log-in that asks."""


class SessionArgs(Args):
    """A log-in."""

    session_id = id_field()


class PeopleQuery(ListArgs):
    """Which people."""

    active = boolean(default=None)
    role = choice(sorted(ROLES), required=False)
    branch = id_field(required=False)


class CertificateArgs(Args):
    """A certificate; without an end it does not run out."""

    certificate_id = id_field(required=False)
    person_id = id_field()
    kind = string(80)
    number = string(80, required=False)
    valid_through = day(required=False)


class CertificateUpdate(Args):
    """Changes to a certificate; of whom and of what kind it is stays."""

    certificate_id = id_field()
    number = unless_given(string(80), nullable=True)
    valid_through = unless_given(day(), nullable=True)


class RemoveCertificateArgs(Args):
    """Names a certificate of a person."""

    person_id = id_field()
    certificate_id = id_field()
