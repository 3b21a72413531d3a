"""The web map: one page in one file, which opens from a mail attachment and asks nobody anything.

Script, style, strings and template are files of their own in `page/`; here they are put together
with Leaflet and the data. Text of the user goes in as data, and the page sets it as text.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import unicodedata
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hotspot_gaps.outputs import style, web_shapes
from hotspot_gaps.outputs.map_frame import sea_is_known
from hotspot_gaps.outputs.phrases import starred
from hotspot_gaps.outputs.privacy import public_organizations
from hotspot_gaps.outputs.road_words import minutes_rule
from hotspot_gaps.outputs.source_words import said_of_layers, sources_note
from hotspot_gaps.outputs.web_data import page_data
from hotspot_gaps.outputs.words import (
    KOSOVO_NOTE,
    headline,
    not_known,
    rule_line,
    subline,
)
from hotspot_gaps.sources.gazetteer import fold

if TYPE_CHECKING:
    import geopandas as gpd

    from hotspot_gaps.gaps.result import Result
    from hotspot_gaps.settings import Settings

NONE = "'none'"
MOST_WITHOUT_SCRIPT = 20
SCRIPTS = ("text.js", "earth.js", "rule.js", "map.js", "table.js", "panel.js", "page.js")
# Latin, Greek and Cyrillic letters beyond ASCII.
LETTERS = range(0x80, 0x530)
# What could end the block of data, or be no JavaScript, is written as an escape.
_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def write_web_map(path: str | Path, result: Result, settings: Settings) -> None:
    """Write the gap map as one HTML file that works without a network.

    Parameters
    ----------
    path
        File to write.
    result
        As `judge` returns it. Restricted organizations are never in the file; what is answered with
        their help is in it as far as `find_gaps` tells it.
    settings
        The settings of the run, from which the page starts.

    Notes
    -----
    The page answers for any radius and size cut-off as `find_gaps` does for the hotspots that
    `load_hotspots` reads at that cut-off: a region is measured from the town that stands for it
    there. Sentences that hold for the run alone are told as such. The same input gives the same
    bytes.

    Examples
    --------
    >>> import tempfile
    >>> import hotspot_gaps as hg
    >>> from hotspot_gaps.judging import judge
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "gap_map.html"
    ...     write_web_map(path, judge(hg.Settings()), hg.Settings())
    ...     path.stat().st_size < 3_000_000
    True
    """
    gaps, known, countries = result.gaps, result.known, result.countries
    layers = said_of_layers(result, drawn=False)
    sources = f"{layers} {minutes_rule(gaps, settings)}".strip()
    data = page_data(result, settings)
    data |= _drawn(gaps, result.organizations, countries)
    data["sea"] = sea_is_known(gaps, countries, own_boundaries=settings.boundaries is not None)
    background = "background: built-in relief" if data["relief"] else "no background here"
    page = _template().render(
        s=strings(),
        policy=policy(_scripts(), _styles()),
        styles=_styles(),
        scripts=_scripts(),
        headline=headline(known, settings),
        subline=subline(known, settings),
        rule=rule_line(settings),
        gaps=_first_gaps(gaps),
        not_known=not_known(known, settings),
        notes=[note for note in (sources_note(settings, background), sources) if note],
        kosovo=KOSOVO_NOTE if countries["country"].eq("XK").any() else "",
        restricted=known.organizations_restricted > 0,
        strings=as_json(strings()),
        data=as_json(data),
    )
    Path(path).write_text(page, encoding="utf-8", newline="\n")


def _first_gaps(gaps: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Return the first gaps by rank, for who opens the page without script."""
    ranked = gaps.dropna(subset="rank").sort_values("rank").head(MOST_WITHOUT_SCRIPT)
    rows: list[dict[str, Any]] = ranked.assign(country=ranked["country"].map(starred))[
        ["name", "country", "reason"]
    ].to_dict("records")
    return rows


def _drawn(
    gaps: gpd.GeoDataFrame, organizations: gpd.GeoDataFrame, countries: gpd.GeoDataFrame
) -> dict[str, Any]:
    """Lay out what is drawn and how."""
    bounds = web_shapes.view(gaps, public_organizations(organizations), countries)
    names = countries.drop_duplicates("country").set_index("country")["name"]
    return {
        "view": [round(edge, 4) for edge in bounds],
        "countries": web_shapes.outlines(countries, gaps, bounds),
        "country_names": {str(code): str(name) for code, name in sorted(names.items())},
        "relief": web_shapes.relief(bounds),
        "letters": folded_letters(),
        "style": web_shapes.look(),
    }


def folded_letters() -> dict[str, str]:
    """Return what `fold` makes of single letters, where dropping diacritics does not do it.

    The page folds what is searched for by this table, so that there is one rule for both.

    >>> folded_letters()["ж"], folded_letters()["đ"], "é" in folded_letters()
    ('z', 'd', False)
    """
    letters = {}
    for code in LETTERS:
        letter = chr(code).lower()
        parts = unicodedata.normalize("NFKD", letter)
        bare = "".join(part for part in parts if not unicodedata.combining(part))
        if letter.isalpha() and len(letter) == 1 and fold(letter) != bare:
            letters[letter] = fold(letter)
    return dict(sorted(letters.items()))


def strings() -> dict[str, Any]:
    """Return every string of the page; a translation is another file of the same keys."""
    words: dict[str, Any] = json.loads(_file("strings.en.json"))
    return words


def as_json(value: Any) -> str:
    r"""Write JSON that is safe inside a script element, the same for the same value.

    >>> as_json("</script>")
    '"\\u003c/script\\u003e"'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.translate(_ESCAPES)


def policy(scripts: list[str], styles: list[str]) -> str:
    """Write the content security policy: these scripts and styles, pictures in the page, no more.

    >>> policy(["a"], [])
    "default-src 'none'; script-src 'sha256-ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs='; ..."
    """
    allowed = {"script": " ".join(map(_hash, scripts)), "style": " ".join(map(_hash, styles))}
    return (
        f"default-src 'none'; script-src {allowed['script'] or NONE}; "
        f"style-src {allowed['style'] or NONE}; img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _scripts() -> list[str]:
    """Return Leaflet with its licence, and our scripts as one."""
    licence = f"/*!\n{_file('leaflet_licence.txt')}*/\n"
    ours = '"use strict";\n' + "".join(
        _file(name).replace('"use strict";\n', "") for name in SCRIPTS
    )
    return [licence + _leaflet("leaflet.js"), ours]


def _styles() -> list[str]:
    """Return Leaflet's style, without the pictures that are not used here, and ours."""
    leaflet = re.sub(r"url\([^)]*\)", "none", _leaflet("leaflet.css"))
    return [leaflet, f"{style.css_variables()}\n{_file('page.css')}"]


def _file(name: str) -> str:
    return files("hotspot_gaps.outputs").joinpath("page", name).read_text(encoding="utf-8")


def _leaflet(name: str) -> str:
    """Read a file of Leaflet as its wheel ships it, with line ends as HTML counts them."""
    leaflet = import_module("xstatic.pkg.leaflet")
    text = (Path(leaflet.BASE_DIR) / name).read_text(encoding="utf-8")
    # A map of the source is a file beside the page, which is not there.
    return re.sub(r"\n//# sourceMappingURL=.*", "", text.replace("\r\n", "\n"))


def _template() -> Any:
    from jinja2 import Environment, StrictUndefined

    # Everything is text to be escaped, unless the template says that it is a block of the page.
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    return environment.from_string(_file("gap_map.html.j2"))
