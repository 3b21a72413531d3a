"""Countries as people write them, and their ISO 3166-1 alpha-2 codes."""

from __future__ import annotations

import difflib
import re

from hotspot_gaps.sources.fields import Field
from hotspot_gaps.sources.gazetteer import fold

# Each with its English name first, then codes, then names of the region; a hyphen is a space.
_COUNTRIES = {
    "AL": "Albania ALB Shqipëri Shqipëria Albanija",
    "AT": "Austria AUT", "BG": "Bulgaria BGR",
    "BA": "Bosnia-and-Herzegovina BIH Bosnia Bosna Bosna-i-Hercegovina Bosnja-dhe-Hercegovina",
    "GR": "Greece GRC", "HR": "Croatia HRV Hrvatska", "HU": "Hungary HUN", "IT": "Italy ITA",
    "ME": "Montenegro MNE Crna-Gora Mali-i-Zi",
    "MK": (
        "North-Macedonia MKD Macedonia Severna-Makedonija Sjeverna-Makedonija Makedonija "
        "Maqedonia-e-Veriut"
    ),
    "RO": "Romania ROU", "RS": "Serbia SRB Srbija Serbi Serbia", "SI": "Slovenia SVN Slovenija",
    "XK": "Kosovo XKX RKS KS XKS UNK Kosovë Kosova",
}  # fmt: skip
_CODES = {fold(name): code for code, names in _COUNTRIES.items() for name in names.split()}
_ENGLISH = {code: names.split()[0].replace("-", " ") for code, names in _COUNTRIES.items()}
# ISO 3166-1 alpha-2, and XK, which is in general use for Kosovo.
_ISO_3166 = frozenset(
    re.findall(
        r"\w\w",
        "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO "
        "BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ "
        "DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP "
        "GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG "
        "KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML "
        "MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE "
        "PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL "
        "SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM "
        "US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW ",
    )
)


def to_country(text: str) -> str | None:
    """Return the ISO code of a country by code or name; None if it is not known."""
    code = text.upper()
    return code if code in _ISO_3166 else _CODES.get(_country_name(text))


def _country_name(text: str) -> str:
    name = fold(text).removeprefix("republic of ").removeprefix("the ")
    return name.removeprefix("republika ")


def country_fix(text: str, _: Field) -> str:
    """Say how to write a country, and which one may be meant."""
    fix = "Write its ISO code of two letters, such as AL, BA, ME, MK, RS, or XK for Kosovo."
    names = [name for name in _CODES if len(name) > 3]
    near = difflib.get_close_matches(_country_name(text), names, 1, 0.75)
    if not near:
        return fix
    code = _CODES[near[0]]
    return f"{fix} Did you mean {code} ({_ENGLISH[code]})?"
