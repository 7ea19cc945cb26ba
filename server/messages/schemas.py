"""Arguments of the commands on messages."""

from server.core.i18n import LANGUAGES
from server.core.schemas import (
    Args,
    ListArgs,
    boolean,
    choice,
    choices,
    id_field,
    integer,
    string,
    strings,
    text,
)
from server.messages.rules import CALL, CHANNELS, MINUTES_OF_A_DAY, STATUSES, UNDELIVERED
from server.messages.words import KINDS

LONGEST_TITLE = 200
LONGEST_TEXT = 2000


class MessageArgs(Args):
    """A message."""

    message_id = id_field()


class WriteArgs(Args):
    """A message of the desk's own words to a technician."""

    person_id = id_field()
    order_id = id_field(required=False)
    text = text(1000, required=True)
    urgent = boolean(default=False)


class CalledArgs(MessageArgs):
    """Somebody was rung up."""

    note = text(1000)


class NotReachedArgs(MessageArgs):
    """Somebody was rung up and did not answer."""

    note = text(400)


class PreferArgs(Args):
    """How one wants to be told; quiet hours in minutes after midnight, both or none."""

    push = boolean(default=True)
    chat = boolean(default=True)
    sms = boolean(default=True)
    quiet_from = integer(0, MINUTES_OF_A_DAY - 1, required=False)
    quiet_to = integer(0, MINUTES_OF_A_DAY - 1, required=False)


class SubscribeArgs(Args):
    """What a browser's push subscription says of itself; none of it is kept in the audit."""

    endpoint = string(1000, load_only=True)
    p256dh = string(200, load_only=True)
    auth = string(100, load_only=True)


class UnsubscribeArgs(Args):
    """A browser that is pushed to no longer."""

    endpoint = string(1000, load_only=True)


class TemplateArgs(Args):
    """Which words: of a kind of message, on a channel, in a language."""

    kind = choice(sorted(KINDS))
    channel = choice((*CHANNELS, CALL))
    language = choice(LANGUAGES)


class SetTemplateArgs(TemplateArgs):
    """The company's own words; the title is a push's or an e-mail's."""

    title = string(LONGEST_TITLE, least=0, required=False, default="")
    text = string(LONGEST_TEXT)


class TestArgs(TemplateArgs):
    """A test by one channel: to an e-mail address or a phone number, or to one's own phone."""

    channel = choice(CHANNELS)
    to = string(required=False)


class ClaimArgs(Args):
    """A sender takes what is due; `channels` are those that it can use."""

    channels = choices(CHANNELS)
    links = boolean(default=True)  # whether it is known how customers reach the server
    limit = integer(1, 100)


class DoneArgs(MessageArgs):
    """What came of a try."""

    lease = id_field()
    channel = choice(CHANNELS)
    outcome = choice(("sent", "failed", "refused"))
    detail = string(400, least=0, required=False)
    gone = strings()  # push subscriptions that exist no more


class MessageFilter(ListArgs):
    """Which messages."""

    status = choice((*STATUSES, UNDELIVERED), required=False)
    order = id_field(required=False)
    person = id_field(required=False)


class PreviewFilter(SetTemplateArgs):
    """Words to look at before they are kept; empty means those that hold now."""

    text = string(LONGEST_TEXT, least=0, required=False, default="")
