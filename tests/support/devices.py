"""A device's own key, as a phone has one."""

from cryptography.hazmat.primitives.asymmetric import ec

from server.demo.keys import PhoneKey as DeviceKey


def new_key() -> DeviceKey:
    """A key that nobody has had before."""
    return DeviceKey(ec.generate_private_key(ec.SECP256R1()))


__all__ = ["DeviceKey", "new_key"]
