"""Personal data stops the run and is never repeated."""

import pytest
from faulty_tables import checked, problem, problems

from hotspot_gaps.sources.personal import personal_text


@pytest.mark.parametrize(
    "name",
    [
        "Contact", "contact_person", "ContactPerson", "director", "phone_number", "Tel", "telefon",
        "телефон", "mobile", "E-mail", "email", "mail", "street", "Address", "adresa", "Adresë",
        "kontakt", "ime_prezime", "birth_date", "Ulica", "Rruga", "first name",
    ],
)  # fmt: skip
def test_columns_that_look_like_persons_stop_the_run(name):
    found = problem({name: "Jane Doe"}, kind="organizations")
    assert (found.row, found.column) == (0, name)
    assert found.what.startswith("personal data must not enter")
    assert found.fix == "Delete the column."
    assert "Jane" not in str(found)


@pytest.mark.parametrize("name", ["name", "name_local", "ime", "persons_reached_total_x", "remark"])
def test_columns_that_do_not(name):
    if name != "persons_reached_total_x":
        assert len(checked({name: "Klub"}, kind="organizations")) == 1


@pytest.mark.parametrize(
    "secret",
    [
        "jane.doe@example.org", "jane (at) example.org", "+382 69 123 456", "+38344123456",
        "00381 11 1234 567", "069 123 456", "069/123-456", "(011) 123 4567", "tel. 2345 678",
        "064 / 123 456", "04 223 4567", "+381 64 / 123 45 67", "033/ 123-456", "064.123.456",
        "(0)64 123456",
    ],
)  # fmt: skip
@pytest.mark.parametrize("column", ["name", "wording", "Remark", "alt_names"])
def test_cells_that_hold_contacts_stop_the_run(secret, column):
    found = problem({column: f"ask {secret} first"})
    assert (found.row, found.column, found.value) == (2, column, "")
    assert "personal data must not enter" in found.what
    assert secret not in str(found)


@pytest.mark.parametrize(
    ("column", "secret"),
    [
        ("lat", "+38269123456"), ("country", "jane@example.org"), ("kind", "jane@example.org"),
        ("population", "069 123 456 1"), ("hotspot_id", "jane@example.org"),
        ("source_url", "mailto:jane@example.org"),
    ],
)  # fmt: skip
def test_secrets_are_never_repeated(column, secret):
    for problem_ in problems({column: secret}, {column: secret}):
        assert secret not in str(problem_)


@pytest.mark.parametrize(
    "text",
    [
        "2019-05 to 2020-12", "01.02.2020", "UNSCR 1244/1999", "ISSN 0350-1234", "about 1 200 000",
        "mobile 24/7 team", "E65, km 12.069123456", "2020-12/2021-01", "42.0691234, 19.0912345",
        "COVID-19 in 2020", "10 000 - 20 000",
    ],
)  # fmt: skip
def test_numbers_that_are_no_phones_pass(text):
    assert checked({"wording": text})["wording"].tolist() == [text]


def test_numbers_in_page_addresses_pass():
    url = "https://example.org/069123456/+38269123456?x=@y"
    assert checked({"source_url": url})["source_url"].tolist() == [url]


def test_a_long_word_is_gone_through_once():
    # With the square of its length this would not end.
    assert not personal_text("x" * 1_000_000)
    assert personal_text("x" * 1_000 + "@example.org")


@pytest.mark.parametrize(
    "street",
    [
        "Ulica kralja Tomislava 7", "ul. Maršala Tita 12a", "Rruga e Durrësit 45", "Rr. B 5",
        "улица Македонија 9", "Bulevar oslobođenja 100", "12 Main Street", "Park Avenue 5",
        "Vojvode Putnika bb, ul. Nova bb", "Trg Republike 5", "Str. Nëna Terezë 5",
        "Sheshi Skënderbej 3", "Njegoševa 12", "Knez Mihailova 5a", "Његошева 12",
        "Hercegova br. 3",
    ],
)  # fmt: skip
@pytest.mark.parametrize("column", ["town", "name", "Remark"])
def test_streets_of_organizations_stop_the_run(street, column):
    found = [p for p in problems({column: street}, kind="organizations") if "personal" in p.what]
    assert [(p.row, p.column, p.value) for p in found] == [(2, column, "")]
    assert street not in str(found)


@pytest.mark.parametrize(
    "text",
    [
        "Novi Pazar", "Klub 100", "Road safety 2020", "Ruga", "Ulcinj 2", "Street children centre",
        "Udruženje Ulica", "Sulica 5", "Centre 24/7", "Beautiful road to 2030 and beyond",
        "Balkan Road 2020", "Portrait 3", "Forum 18", "Initiative 2020", "Centar 021", "Nova 24",
        "Kosova 2.0", "Kosova 10", "Njegoševa", "Mreža gradova 21", "Njegoševa 1851",
        "Centar Nova 5",
        "Obnova 2030", "Obnova 021", "Klub Gjakova 98", "Nova Pazova 1", "Osnova 100%",
    ],
)  # fmt: skip
def test_names_that_are_no_streets_pass(text):
    assert checked({"name": text}, kind="organizations")["name"].tolist() == [text]


def test_streets_in_titles_of_sources_and_in_hotspots_pass():
    title = "Ulica kralja Tomislava 7, a report"
    assert len(checked({"source_title": title}, kind="organizations")) == 1
    assert len(checked({"wording": title})) == 1


def test_a_column_named_by_a_phone_or_an_e_mail_is_not_repeated():
    for name in ("069 123 456", "jane@example.org"):
        found = problems({name: "x"}, kind="organizations")
        assert [p.column for p in found] == [""]
        assert name not in str(found)


@pytest.mark.parametrize(
    "secret",
    [
        "ana＠mail.me", "ana [at] mail [dot] me", "ana AT gmail DOT com", "ana%40mail.me",
        "mailto:ana%40mail.me", "ana&#64;mail.me", "ana@mail . me", "ana @  mail.me",
        "０６７ １２３ ４５６", "٠٦٧ ١٢٣ ٤٥٦", "06\u200b7 123\u200b 456", "067.123.456",
        "GB29NWBK60161331926819", "GB29 NWBK 6016 1331 9268 19", "MT84MALT011000012345MTLCAST001S",
        "FR14 2004 1010 0505 0001 3M02 606", "Viber 67123456",
        "38267123456", "JMBG 0101990210012", "ME25 5050 0001 2345 6789",
    ],
)  # fmt: skip
def test_what_any_reader_would_read_is_found(secret):
    assert personal_text(f"ask {secret} first")


@pytest.mark.parametrize(
    "text", ["GB28NWBK60161331926819", "AL12 beautiful regional initiative", "RS10 CODE WORD LAST"]
)
def test_what_only_looks_like_an_account_passes(text):
    assert not personal_text(text)


@pytest.mark.parametrize(
    "address", ["tel:+38267123456", "https://wa.me/38267123456", "https://x.org/?tel=067-123-456",
                "067 123 456", "sms:067123456"],
)  # fmt: skip
def test_addresses_that_call_somebody_are_found(address):
    assert personal_text(address, "source_url")


@pytest.mark.parametrize(
    "point",
    [
        "Org one 42.84213, 20.16684", "geo:42.84,20.17", "42.84213N 20.16684E", "8GH2R5R8+6V",
        "42°50'31\"N 20°10'00\"E", "42,84213; 20,16684", "https://maps.example/@42.84213,20.16684,17z",
    ],
)  # fmt: skip
@pytest.mark.parametrize("column", ["name", "source_title", "source_url"])
def test_points_in_texts_of_organizations_stop_the_run(point, column):
    found = [p for p in problems({column: point}, kind="organizations") if "finer" in p.what]
    assert [(p.row, p.column, p.value) for p in found] == [(2, column, "")]
    assert point not in str(found)


@pytest.mark.parametrize(
    "text", ["42.8, 20.1", "12,345, 13,456", "2019-2021", "45 of 120", "3.5 km"]
)
def test_numbers_that_are_no_points_pass(text):
    assert checked({"source_title": text}, kind="organizations")["source_title"].tolist() == [text]
