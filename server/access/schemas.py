"""What log-ins, devices, password changes and the first set-up take."""

from server.core.schemas import Args, id_field, string
from server.people.rules import PASSWORD_LONGEST as MOST
from server.people.rules import PASSWORD_SHORTEST as LEAST


class LogIn(Args):
    """Who one is, and the proof."""

    login = string(80)
    password = string(MOST, load_only=True)


class NameDevice(Args):
    """An installation of the app."""

    device_id = id_field(required=False)
    name = string(required=False)
    platform = string(required=False)
    app = string(40, required=False)


class DeviceFilter(Args):
    """Whose devices."""

    person = id_field(required=False)


class ChangePassword(Args):
    """One's own password, the old and the new one."""

    old = string(MOST, load_only=True)
    new = string(MOST, least=LEAST, load_only=True)


class OpenLock(Args):
    """A forgotten app lock's key, sealed to the installation, and the person's password."""

    password = string(MOST, load_only=True)
    box = string(600)


class UseReset(Args):
    """The code that an administrator read out, and the new password."""

    code = string(40, load_only=True)
    password = string(MOST, least=LEAST, load_only=True)


class SetUp(Args):
    """The first administrator of an empty installation."""

    token = string(80, load_only=True)
    login = string(80)
    password = string(MOST, least=LEAST, load_only=True)
    name_zh = string()
    name_en = string(required=False)


class MakeFirstAdmin(Args):
    """As `SetUp`, with the password hashed and the token proven."""

    login = string(80)
    password_hash = string(200, load_only=True)
    name_zh = string()
    name_en = string(required=False)
