"""The judgement on themes: the built-in table, and what a user may write."""

from __future__ import annotations

import pytest

from hotspot_gaps.errors import InputError, MissingInputError
from hotspot_gaps.sources.builtin import builtin_path, read_builtin
from hotspot_gaps.sources.theme_table import load_themes

HEAD = "crime_market,theme,answers,why\n"


def words(column):
    cells = read_builtin(column[0])[column[1]].dropna()
    return {word for cell in cells for word in cell.split(";")}


def test_the_built_in_table_judges_every_word_of_the_data_and_no_other():
    themes = load_themes()
    assert set(themes["crime_market"].dropna()) == words(("hotspots.csv", "crime_markets"))
    assert set(themes["theme"].dropna()) == words(("organizations.csv", "themes"))


def test_every_row_is_argued():
    assert load_themes()["why"].str.len().min() > 20


def test_the_built_in_table_passes_the_door():
    assert load_themes(builtin_path("themes.csv")).equals(load_themes())


def test_a_user_can_replace_it(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(HEAD + "car_theft,youth,Yes,we do\narms,,no,nobody\n", encoding="utf-8")
    themes = load_themes(path)
    assert themes["answers"].tolist() == ["yes", "no"]
    assert themes["theme"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("a,b,maybe,x", r"row 2, column answers \('maybe'\): this word is not known"),
        (",,yes,x", "neither a market nor a theme"),
        ("a,,yes,x", "yes needs both"),
        ("a,b,no,x", "a market and a theme are named, and not yes"),
        ("a,b,yes,x\na,,no,x", "row 3.*another row says yes of it"),
        ("a,b,yes,x\n,b,unknown,x", "row 3.*another row says yes of it"),
        ("a,b,yes,x\na,b,yes,y", "row 3.*has a row already"),
        ("a,b,yes,x\nc,d,yes,", "row 3.*a judgement without a reason"),
    ],
)
def test_bad_rows_are_told(tmp_path, row, message):
    path = tmp_path / "mine.csv"
    path.write_text(HEAD + row + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=message):
        load_themes(path)


def test_all_problems_are_told_at_once(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(HEAD + "a,b,maybe,x\nc,,yes,x\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_themes(path)
    assert {problem.row for problem in caught.value.problems} == {2, 3}


def test_missing_columns_and_files_are_told(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("crime_market,theme\na,b\n", encoding="utf-8")
    with pytest.raises(InputError, match="column answers: this column is missing"):
        load_themes(path)
    with pytest.raises(MissingInputError):
        load_themes(tmp_path / "none.csv")
