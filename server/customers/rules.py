"""Rules of customers; pure."""

GRADES = ("A", "B", "C", "D")  # [requirements 4.3]
LATITUDE_E7 = 900_000_000
LONGITUDE_E7 = 1_800_000_000


def half_a_place(lat_e7: int | None, lng_e7: int | None) -> bool:
    """Whether only one of latitude and longitude is known."""
    return (lat_e7 is None) != (lng_e7 is None)
