"""Reference systems: which of them would have PROJ open files of their choice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyproj import CRS

# A derived system may carry the steps of PROJ itself, or the names of files of shifts.
_STEPS = re.compile(
    r"parameterfile|\bfile\b|grids|[+]proj|[+]init|proj=|method[^,]{0,9}\"proj", re.I
)


def reads_files(crs: CRS) -> bool:
    """Say whether a reference system names files, or steps that may: shifts, grids, pipelines.

    A system that is bound to another by its own parameters counts too, because PROJ would follow
    these instead of its database.

    Examples
    --------
    >>> from pyproj import CRS
    >>> reads_files(CRS("EPSG:6316")), reads_files(CRS("+proj=longlat +nadgrids=/etc/passwd"))
    (False, True)
    """
    systems = [crs]
    while systems:
        system = systems.pop()
        if system.is_bound or _STEPS.search(system.to_wkt("WKT2_2019") or system.srs):
            return True
        systems += system.sub_crs_list
    return False
