"""The script that a text is written in."""

import re

SCRIPTS = ("japanese", "latin", "cyrillic", "other")
"""Han counts as Japanese; what has no letters, or those of none of the first three, is other."""

OTHER = SCRIPTS.index("other")

# a sign of Japanese says about as much as three letters
_SIGNS = (
    (re.compile("[ぁ-ゖァ-ヺー々一-鿿㐀-䶿ｦ-ﾝ]"), 3),
    (re.compile("[A-Za-zÀ-ɏ]"), 1),
    (re.compile("[Ѐ-ӿ]"), 1),
    (re.compile("[^\\W\\d_A-Za-zÀ-ɏЀ-ӿぁ-ゖァ-ヺー々一-鿿㐀-䶿ｦ-ﾝ]"), 1),
)


def of(text: str) -> int:
    """The number, in SCRIPTS, of the script that most of a text is in."""
    weights = [weight * len(signs.findall(text)) for signs, weight in _SIGNS]
    most = max(weights)
    return weights.index(most) if most else OTHER
