"""Arguments of the commands on photos that the server gives itself."""

from marshmallow import fields, validate

from server.core.schemas import Args, integer, string

MAX_BYTES = 1 << 30
MAX_SIDE = 100_000


class PhotoStoredArgs(Args):
    """A file whose whole hash was proven."""

    sha256 = fields.String(
        required=True, validate=validate.Regexp(r"^[0-9a-f]{64}$", error="field_type")
    )
    bytes = integer(1, MAX_BYTES)
    media_type = string(40)
    width = integer(1, MAX_SIDE)
    height = integer(1, MAX_SIDE)
