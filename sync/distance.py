"""How far apart two places are, as the crow flies; as in `pwa/src/rules/distance.ts`. Pure."""

from math import asin, cos, radians, sin, sqrt

EARTH_M = 6_371_000
Place = tuple[int, int]  # latitude and longitude in 1e-7 degrees, WGS-84


def metres_between(one: Place, other: Place) -> float:
    """Metres between two places; for whoever compares or shows them, and never synced."""
    (lat_1, lng_1), (lat_2, lng_2) = ([radians(e7 / 1e7) for e7 in place] for place in (one, other))
    h = sin((lat_2 - lat_1) / 2) ** 2
    h += cos(lat_1) * cos(lat_2) * sin((lng_2 - lng_1) / 2) ** 2
    return 2 * EARTH_M * asin(min(1.0, sqrt(h)))
