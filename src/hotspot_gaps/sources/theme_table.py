"""Themes: which themes of organizations answer which crime markets, a judgement as a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hotspot_gaps.errors import InputError, Problem
from hotspot_gaps.sources.builtin import read_builtin

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("crime_market", "theme", "answers", "why")
WORDS = ("yes", "no", "unknown")


def load_themes(path: str | Path | None = None) -> pd.DataFrame:
    """Load the judgement which themes of organizations answer which crime markets.

    Parameters
    ----------
    path
        A table with `crime_market`, `theme`, `answers` and `why`. `yes` says that the theme
        answers the market. With one of the two left empty, `no` says that no theme answers the
        market, or that the theme answers none, and `unknown` that it cannot be judged. A word that
        is not in the table is not judged either. Without a path, our own judgement.

    Returns
    -------
    pandas.DataFrame
        The four columns as text, empty cells missing, in the order of the file.

    Raises
    ------
    InputError
        Rows that cannot be used, all of them at once.
    MissingInputError
        There is no such file.

    Examples
    --------
    >>> themes = load_themes()
    >>> themes.loc[themes["crime_market"].eq("extortion_loan_sharking"), "theme"].tolist()
    ['legal_aid']
    """
    if path is None:
        return read_builtin("themes.csv")
    from hotspot_gaps.sources.readers import read_table

    frame, file = read_table(path), Path(path).name
    missing = [column for column in COLUMNS if column not in frame]
    if missing:
        fix = f"The table has the columns {', '.join(COLUMNS)}."
        what = "this column is missing."
        raise InputError([Problem(file, 1, column, "", what, fix) for column in missing])
    table = frame[list(COLUMNS)].astype("str")
    table["answers"] = table["answers"].str.lower()
    problems = _problems(table, file)
    if problems:
        raise InputError(problems)
    return table.reset_index(drop=True)


def _problems(table: pd.DataFrame, file: str) -> list[Problem]:
    """List what is wrong with the rows; a user may disagree with us, but not with themselves."""
    market, theme, answers = table["crime_market"], table["theme"], table["answers"]
    named, filled = market.notna() | theme.notna(), market.notna() & theme.notna()
    yes = answers.eq("yes")
    judged = set(market[yes]), set(theme[yes])
    against = (theme.isna() & market.isin(judged[0])) | (market.isna() & theme.isin(judged[1]))
    rules = (
        ("answers", ~answers.isin(WORDS), "this word is not known.", "Write yes, no or unknown."),
        ("crime_market", ~named, "neither a market nor a theme is named.", "Name one, or both."),
        ("theme", yes & ~filled, "yes needs both, a market and a theme.", "Name both."),
        ("answers", answers.isin(WORDS[1:]) & filled,
         "a market and a theme are named, and not yes.", "Leave the row out, or one of the two."),
        ("answers", ~yes & against, "another row says yes of it.", "Delete one of the two."),
        ("theme", table.duplicated(["crime_market", "theme"]), "this pair has a row already.",
         "Delete one of the two."),
        ("why", table["why"].isna(), "a judgement without a reason.", "Say why, in plain words."),
    )  # fmt: skip
    return [
        Problem(file, int(str(row)), column, _text(table.loc[row, column]), what, fix)
        for column, broken, what, fix in rules
        for row in table.index[broken]
    ]


def _text(cell: object) -> str:
    return cell if isinstance(cell, str) else ""
