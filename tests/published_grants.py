"""Grants as funders publish them, made by hand after each standard's pages; nobody in them exists.

360Giving: https://standard.threesixtygiving.org/en/latest/technical/reference/
IATI 2.03: https://iatistandard.org/en/iati-standard/203/activity-standard/
HXL 1.1: https://hxlstandard.org/standard/1-1final/
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

SECRETS = (
    "Ana Anic", "ana@example.org", "069 123 456", "Ulica Marsala 7", "85000", "42.09871", "19.0951",
    "Petar Petrovic",
)  # fmt: skip


def grant(number: int = 1, **changes: Any) -> dict[str, Any]:
    """Return a grant of 360Giving to an organization in Bar, with all that must not enter."""
    return {
        "id": f"360G-example-{number}",
        "title": "Youth against smuggling",
        "description": "A year of work",
        "currency": "EUR",
        "amountAwarded": 12000,
        "awardDate": "2019-12-01T00:00:00+00:00",
        "url": "https://funder.example.org/grants/1",
        "dateModified": "2021-02-03T10:00:00Z",
        "plannedDates": [{"startDate": "2020-01-01", "duration": "12"}],
        "recipientOrganization": [
            {
                "id": "ME-X-1",
                "name": "Klub Primjer",
                "contactName": "Ana Anic",
                "email": "ana@example.org",
                "telephone": "069 123 456",
                "streetAddress": "Ulica Marsala 7",
                "postalCode": "85000",
                "addressCountry": "Montenegro",
                "location": [{"latitude": "42.09871", "longitude": "19.0951", "countryCode": "ME"}],
            }
        ],
        "fundingOrganization": [{"id": "360G-example", "name": "Example Fund"}],
        "grantProgramme": [{"code": "R", "title": "Resilience"}],
        "beneficiaryLocation": [{"name": "Podgorica", "countryCode": "ME"}],
        **changes,
    }


def write_json(path: Path, *grants: dict[str, Any]) -> Path:
    """Write a package of 360Giving grants."""
    path.write_text(json.dumps({"grants": list(grants)}), encoding="utf-8")
    return path


def activity(body: str = "", *, status: str = "2", country: str = "XK") -> str:
    """Return an activity of IATI with one implementing organization, and a body of its own."""
    return f"""
    <iati-activity last-updated-datetime="2021-05-06T00:00:00Z">
      <iati-identifier>XM-EX-1</iati-identifier>
      <reporting-org ref="XM-EX" type="60"><narrative>Example Fund</narrative></reporting-org>
      <title><narrative>Work against trafficking</narrative></title>
      <participating-org role="1"><narrative>Example Fund</narrative></participating-org>
      <participating-org role="4" type="22" ref="XK-1">
        <narrative xml:lang="sq">Klubi Shembull</narrative>
        <narrative xml:lang="en">Example Club</narrative>
      </participating-org>
      <participating-org role="4" type="10"><narrative>A ministry</narrative></participating-org>
      <activity-status code="{status}"/>
      <activity-date type="1" iso-date="2019-12-01"/>
      <activity-date type="2" iso-date="2020-01-15"/>
      <activity-date type="3" iso-date="2020-12-31"/>
      <contact-info><person-name><narrative>Ana Anic</narrative></person-name>
        <email>ana@example.org</email><telephone>069 123 456</telephone></contact-info>
      <recipient-country code="{country}"/>
      {body}
    </iati-activity>"""


def location(
    *, name: str = "", pos: str = "", reach: str = "1", exactness: str = "", kind: str = "",
    geonames: str = "",
) -> str:  # fmt: skip
    """Return a location of an IATI activity."""
    parts = [f'<location-reach code="{reach}"/>']
    parts += [f'<location-id vocabulary="G1" code="{geonames}"/>'] if geonames else []
    parts += [f"<name><narrative>{name}</narrative></name>"] if name else []
    parts += ["<description><narrative>Ulica Marsala 7</narrative></description>"]
    parts += [f"<point><pos>{pos}</pos></point>"] if pos else []
    parts += [f'<exactness code="{exactness}"/>'] if exactness else []
    parts += [f'<location-class code="{kind}"/>'] if kind else []
    return f"<location>{''.join(parts)}</location>"


def write_xml(path: Path, *activities: str, version: str = "2.03", head: str = "") -> Path:
    """Write a file of IATI activities."""
    start = f'<?xml version="1.0" encoding="UTF-8"?>\n{head}<iati-activities version="{version}">'
    path.write_text(f"{start}{''.join(activities)}</iati-activities>", encoding="utf-8")
    return path


HXL = """Who,Where,,,From,To,Funder,Contact
#org,#country,#adm1+name,#loc,#date+start,#date+end,#org+funder,#contact+email
Klub Primjer,ME,Bar,Bar,2020-01-01,2020-12-31,Example Fund,ana@example.org
Nema Mjesta,ME,Bar,,2020-01-01,,Example Fund,
Samo Ime,Crna Gora,,Nikšić,,,,
"""
