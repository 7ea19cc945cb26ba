"""Arguments of the desk's answer to a collision."""

from server.core.schemas import Args, choice, id_field


class SettleArgs(Args):
    """Which of the two values is to stand from now on."""

    collision_id = id_field()
    take = choice(("stands", "kept"))
