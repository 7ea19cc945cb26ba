"""Arguments of the commands on photos that the server gives itself."""

from server.core.schemas import Args, hash_field, id_field, integer, string, text

MAX_BYTES = 1 << 30
MAX_SIDE = 100_000


class PhotoStoredArgs(Args):
    """A file whose whole hash was proven."""

    sha256 = hash_field()
    bytes = integer(1, MAX_BYTES)
    media_type = string(40)
    width = integer(1, MAX_SIDE)
    height = integer(1, MAX_SIDE)


class ConsentAcceptArgs(Args):
    """What was done on an order without agreement is accepted as it is, and why."""

    order_id = id_field()
    reason = string(2000)


class SupportAnswerArgs(Args):
    """What the head office answers a technician."""

    support_request_id = id_field()
    answer = text(required=True)


class ReadSerialArgs(Args):
    """A serial that the office reads off a photo of the nameplate."""

    visit_id = id_field()
    photo_id = id_field()
    serial = string(200)
