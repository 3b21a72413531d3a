"""`hotspot-gaps site`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hotspot_gaps.commands.options import INPUTS, AsJson, Config, Given, settings_of, takes
from hotspot_gaps.commands.printing import tell


@takes(INPUTS)
def site(
    config: Config = None,
    *,
    new: Annotated[int, typer.Option(help="How many new grants.")],
    weights: Annotated[
        str, typer.Option(help="What a hotspot counts: towns, people or people_in_reach.")
    ] = "towns",
    method: Annotated[
        str, typer.Option(help="mclp covers gaps, p_median shortens the ways to support.")
    ] = "mclp",
    candidates: Annotated[
        str, typer.Option(help="Where support could go: towns, organizations or places.")
    ] = "towns",
    given: Given,
    by_road: Annotated[
        bool, typer.Option("--by-road", help="Cover by road, within `radius_min` minutes.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the proposal as sites.csv and sites.png.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Propose where the next grants reach most, and say how good that is."""
    from hotspot_gaps import judging
    from hotspot_gaps.errors import MissingInputError
    from hotspot_gaps.gaps.candidates import candidate_sites
    from hotspot_gaps.gaps.siting import propose_sites
    from hotspot_gaps.sources.boundaries import load_places

    settings = settings_of(config, given)
    judged = judging.judge(settings)
    if by_road and judged.network is None:
        raise MissingInputError("site --by-road: there are no roads; `hotspot-gaps fetch roads`.")
    places = load_places(settings.places)
    sites = candidate_sites(
        judged.gaps, judged.organizations, places, kind=candidates, by_road=by_road
    )
    found = propose_sites(
        judged.gaps,
        judged.organizations,
        sites,
        new=new,
        radius_km=settings.radius_km,
        weights=weights,
        method=method,
        network=judged.network if by_road else None,
        radius_min=settings.radius_min,
    )
    if out is not None:
        from hotspot_gaps.writing import write_proposal

        write_proposal(found, sites, judged, settings, out, drawn=not by_road)
    trust = judged.notes[0]
    record = {**found.record(), "notes": [trust, *found.notes]}
    tell(record, [*found.lines(), trust], as_json=as_json)
