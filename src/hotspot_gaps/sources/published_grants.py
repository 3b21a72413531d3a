"""Published grants: files of the standards of funders, as tables of organizations and supports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotspot_gaps.sources.boundaries import load_boundaries, load_places
from hotspot_gaps.sources.grant_files import read_grants
from hotspot_gaps.sources.grant_tables import Converted, grant_tables

if TYPE_CHECKING:
    from pathlib import Path


def load_grants(*paths: str | Path) -> Converted:
    """Load grants of 360Giving, IATI or HXL as tables of organizations and supports.

    Parameters
    ----------
    *paths
        Files as `read_grants` takes them; the standard of each is told by its content.

    Returns
    -------
    Converted
        Frames of text: `organizations` and `supports` with the columns of those tables, and
        `remarks`, a row a thing that was not carried over. No coordinates: a point has become its
        town, and an organization without one town stays without.

    Raises
    ------
    InputError
        A file cannot be used, or nothing of it can be carried over.
    MissingInputError
        There is no such file.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> rows = f"#org,#country,#loc,#org+funder,#date+start{chr(10)}Klub,ME,Bar,Fund,2020-01-01"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "grants.csv"
    ...     _ = path.write_text(rows)
    ...     loaded = load_grants(path)
    >>> loaded.organizations["town"].item(), loaded.supports["programme"].item()
    ('Bar', 'Fund')
    """
    readings = [read_grants(path) for path in paths]
    return grant_tables(readings, load_places(), load_boundaries())
