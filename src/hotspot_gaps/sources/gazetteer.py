"""Match places given by name and country to a gazetteer, without ever guessing in silence."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

# Serbian and Macedonian Cyrillic, letter by letter; digraphs as their Latin alphabets write them.
_CYRILLIC = dict(
    zip(
        "абвгдђѓежзѕијклљмнњопрстћќуфхцчџшѐѝ",
        "a b v g d d gj e z z z i j k l lj m n nj o p r s t c kj u f h c c dz s e i".split(),
        strict=True,
    )
)
# Letters that Unicode does not decompose.
_LETTERS = str.maketrans({"đ": "d", "ð": "d", "ł": "l", "ø": "o", "ı": "i", "ß": "ss", **_CYRILLIC})


def fold(name: str) -> str:
    """Reduce a place name to lower-case ASCII letters, so that spellings of one name agree.

    Latin diacritics are dropped and Serbian and Macedonian Cyrillic is transliterated.

    Parameters
    ----------
    name
        A name in Latin or Cyrillic script.

    Returns
    -------
    str
        The folded name; single spaces between words.

    Examples
    --------
    >>> fold("Rožaje") == fold("Рожаје") == fold("ROZAJE")
    True
    >>> fold("Shkodër"), fold("Đakovica"), fold("Novi  Pazar")
    ('shkoder', 'dakovica', 'novi pazar')
    """
    lowered = unicodedata.normalize("NFC", name).lower().translate(_LETTERS)
    decomposed = unicodedata.normalize("NFKD", lowered)
    letters = "".join(c if c.isalnum() else " " for c in decomposed if not unicodedata.combining(c))
    return " ".join(letters.split())
