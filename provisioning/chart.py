"""The balance over time as a step chart: pure geometry, drawn by a template.

A balance holds until the next one is known, hence steps and no slopes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

WIDTH, HEIGHT = 600, 96
# Room above the highest step, so that its line is not cut.
HEADROOM = 4

Point = tuple[datetime, Decimal]


@dataclass(frozen=True, slots=True)
class Chart:
    """What the template puts into an <svg> of WIDTH by HEIGHT units.

    `line` and `area` are path data; `limit` is the height of the threshold's line,
    None where it would lie above the picture.
    """

    line: str
    area: str
    highest: Decimal
    limit: float | None
    width: int = WIDTH
    height: int = HEIGHT


def steps(
    points: Sequence[Point], *, since: datetime, until: datetime, limit: Decimal
) -> Chart | None:
    """Draw the points, oldest first; None where there is nothing to see in fewer than two."""
    if len(points) < 2 or until <= since:
        return None
    highest = max(max(value for _at, value in points), Decimal(1))

    def x(at: datetime) -> float:
        return round((at - since) / (until - since) * WIDTH, 1)

    def y(value: Decimal) -> float:
        share = max(value, Decimal(0)) / highest
        return round(HEIGHT - float(share) * (HEIGHT - HEADROOM), 1)

    corners = list(_corners([(x(at), y(value)) for at, value in points]))
    first = corners[0][0]
    line = "M" + " L".join(f"{across} {down}" for across, down in corners)
    return Chart(
        line=line,
        area=f"{line} L{WIDTH} {HEIGHT} L{first} {HEIGHT} Z",
        highest=highest,
        limit=y(limit) if 0 < limit <= highest else None,
    )


def _corners(points: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Each point, reached level from the one before, and the last one until now."""
    level = points[0][1]
    for across, down in points:
        yield across, level
        yield across, down
        level = down
    yield WIDTH, level
