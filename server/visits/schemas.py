"""Arguments of the commands on photos that the server gives itself."""

from server.core.schemas import Args, choice, day, hash_field, id_field, integer, string, text

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


class SupportArgs(Args):
    """Which help request."""

    support_request_id = id_field()


class SupportReviewArgs(SupportArgs):
    """What the branch's head says to it; sent back with a reason."""

    answer = choice(("agreed", "sent_back"))
    note = text(2000)


class SupportStampArgs(SupportArgs):
    """What the branch's manager says to it; declined with a reason."""

    answer = choice(("stamped", "declined"))
    note = text(2000)


class SupportAnswerArgs(SupportArgs):
    """What the head office answers a technician."""

    answer = text(required=True)


class ReadSerialArgs(Args):
    """A serial that the office reads off a photo of the nameplate."""

    visit_id = id_field()
    photo_id = id_field()
    serial = string(200)


class SupportAssignArgs(SupportArgs):
    """Which engineer of the head office comes, and on which day."""

    person_id = id_field()
    comes_on = day()
    note = text(2000)
