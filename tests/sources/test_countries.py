"""Countries by code and by name, in the scripts of the region."""

import pytest
from faulty_tables import checked, problem


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("al", "AL"), ("ALB", "AL"), ("Albania", "AL"), ("KS", "XK"), ("RKS", "XK"), ("XKX", "XK"),
        ("UNK", "XK"), ("Kosovo", "XK"), ("Macedonia", "MK"), ("north macedonia", "MK"),
        ("Bosnia and Herzegovina", "BA"), ("Republic of Serbia", "RS"), ("Crna Gora", "ME"),
        ("Црна Гора", "ME"), ("Srbija", "RS"), ("Србија", "RS"),
        ("Shqipëri", "AL"), ("Shqipëria", "AL"), ("Bosna i Hercegovina", "BA"), ("Kosovë", "XK"),
        ("Kosova", "XK"), ("Косово", "XK"), ("Severna Makedonija", "MK"), ("Македонија", "MK"),
        ("Северна Македонија", "MK"), ("Republika Srbija", "RS"), ("NA", "NA"), ("de", "DE"),
    ],
)  # fmt: skip
def test_countries(text, code):
    assert checked({"country": text})["country"].tolist() == [code]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Albnia", "Did you mean AL (Albania)?"), ("Kosov", "Did you mean XK (Kosovo)?"),
        ("Cyrna Gora", "Did you mean ME (Montenegro)?"), ("Monte", None), ("XKY", None),
        ("KX", None), ("Atlantis", None),
    ],
)  # fmt: skip
def test_only_close_names_are_suggested(text, hint):
    found = problem({"country": text})
    assert (found.row, found.column, found.value) == (2, "country", text)
    assert found.fix.endswith(hint or "or XK for Kosovo.")
    assert "Xkx" not in found.fix
