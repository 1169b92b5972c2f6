"""Distances on the globe. Degrees in, kilometres out."""

from math import asin, cos, radians, sin, sqrt
from typing import Final

EARTH_RADIUS_KM: Final = 6371.0
KM_PER_DEGREE: Final = 111.2  # of latitude


def distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great-circle distance (haversine formula)."""
    phi1, phi2 = radians(lat1), radians(lat2)
    half = sin((phi2 - phi1) / 2) ** 2 + cos(phi1) * cos(phi2) * sin(radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(half)))


def grid_cell(lat: float, lon: float) -> int:
    """The number of the one-degree square that holds a point."""
    return (int(lat + 90) * 360) + int(lon + 180) % 360


def grid_cells(lat: float, lon: float, km: float) -> list[int]:
    """The squares that a circle may touch."""
    north = km / KM_PER_DEGREE
    east = min(180.0, north / max(0.05, cos(radians(min(89.0, abs(lat) + north)))))
    rows = range(int(max(-90.0, lat - north) + 90), int(min(89.9, lat + north) + 90) + 1)
    columns = range(int(lon - east + 540), int(lon + east + 540) + 1)
    return [row * 360 + column % 360 for row in rows for column in sorted({column % 360 for column in columns})]
