"""Arguments of the commands that customers' links and the desk give, and forms of the pages."""

from server.core.i18n import LANGUAGES
from server.core.schemas import (
    Args,
    boolean,
    choice,
    hash_field,
    id_field,
    integer,
    moment,
    string,
    text,
    unless_given,
)
from server.guests.rules import ANSWERS, CUSTOMERS_CHANNELS, MINUTES_OF_A_DAY, WISHES
from server.orders.schemas import Window

# How a customer's browser reaches us: WeChat's own one is told apart for the figures.
GUEST_CHANNELS = ("web", "wechat")


class UnitArgs(Args):
    """Names one unit."""

    unit_id = id_field()


class FormQuery(Args):
    """The label that was scanned, if one was."""

    label = string(200, required=False)


class FaultArgs(Args):
    """A fault as the customer tells it; only phone and symptom are compulsory."""

    report_id = id_field()
    phone = string(40, least=5)
    symptom = text(2000, required=True)
    contact_name = string(80, required=False)
    address = string(300, required=False)
    serial = string(80, required=False)
    urgent = boolean(default=False)
    channel = choice(GUEST_CHANNELS, required=False, default="web")


class FaultForm(FaultArgs):
    """The same as a page sends it: with the label, and with what tells people from programs."""

    label = string(200, required=False)
    website = string(200, least=0, required=False)  # hidden: people leave it empty
    work = string(80, required=False)


class ReportFaultArgs(FaultArgs):
    """The same as a command: what the page's door has found out besides."""

    label_hash = string(64, required=False, load_only=True)
    token_hash = hash_field(load_only=True)
    content_hash = hash_field()
    language = choice(LANGUAGES)


class AddPhotoArgs(Args):
    """A photo of a request, whose file is stored."""

    link_id = id_field()
    sha256 = hash_field()


class WishForm(Args):
    """What a customer asks for, under an id of their device."""

    wish_id = id_field()
    kind = choice(tuple(WISHES))
    text = text(1000)


class WishArgs(WishForm):
    """The same, with the link that it came by."""

    link_id = id_field()


class AnswerArgs(Window):
    """What the desk answers to a customer's wish.

    The window is the one agreed on, with a wish for another time; `seen_window_start`, if it is to
    hold, which one was seen to stand.
    """

    wish_id = id_field()
    answer = choice(ANSWERS)
    reply = text(500)
    seen_window_start = unless_given(moment(), nullable=True)


class FollowArgs(Args):
    """The link by which an order is followed, by its token's hash."""

    order_id = id_field()
    token_hash = hash_field(load_only=True)


class RevokeArgs(Args):
    """Whose links shall stop working."""

    order_id = id_field(required=False)
    request_id = id_field(required=False)


class CodeForm(Args):
    """Whose phone."""

    phone = string(40, least=5)


class CodeArgs(CodeForm):
    """The same, with the code that is sent there."""

    code = string(10, load_only=True)
    language = choice(LANGUAGES)


class OwnForm(CodeForm):
    """A phone and the code that came there."""

    code = string(10)


class OwnArgs(CodeForm):
    """The same as a command: hashes of the code and of the new session's token."""

    code = string(10, load_only=True)
    token_hash = hash_field(load_only=True)


class ErasureArgs(Args):
    """Whose session asks for it."""

    token_hash = hash_field(load_only=True)


class PreferForm(Args):
    """How somebody wants to be told; quiet hours in minutes after midnight, both or none."""

    channel = choice(CUSTOMERS_CHANNELS)
    language = choice(LANGUAGES, required=False)
    quiet_from = integer(0, MINUTES_OF_A_DAY - 1, required=False)
    quiet_to = integer(0, MINUTES_OF_A_DAY - 1, required=False)


class PreferArgs(PreferForm):
    """The same for a contact, as the desk writes it down."""

    contact_id = id_field()


class GuestPreferArgs(PreferForm):
    """The same by a link, or by the session of a one-time code."""

    link_id = id_field(required=False)
    session_hash = string(64, required=False, load_only=True)


class DecideArgs(Args):
    """What the desk decides about an erasure."""

    erasure_id = id_field()
    answer = choice(ANSWERS)
    reply = text(500)
