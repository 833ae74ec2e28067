"""What countries are called, in every language of the Unicode CLDR."""

from __future__ import annotations

from functools import cache

import babel

from geodata.geo.boundaries import country_codes
from geodata.model.places import BETWEEN, DIED, UNLOCATED

__all__ = ["country_in_sentence", "country_name"]

_NO_COUNTRY = {BETWEEN: "Between countries", UNLOCATED: "No country known", DIED: "Died"}
_WITH_ARTICLE = frozenset(
    "AE BS CC CF CK DO FK FO GB GM IO KM KY MH MP NL PH TC TF US AX BQ GS HM IM MV PN PS SB SC VG VI".split()  # noqa: SIM905  a list is longer
)
"""Countries that an English sentence names with an article; the Unicode CLDR does not tell.

First those behind whose English short name ISO 3166-1 writes "(the)", where the CLDR's name is the same noun;
then those whose CLDR name is a plural or an isle, and takes it by grammar.
"""


def country_name(code: str, language: str = "en") -> str:
    """Return a country's name as the Unicode CLDR has it; in English where the language has no name for it.

    Parameters
    ----------
    code
        A code of the boundary layer, or ``between`` or ``unlocated`` for legs that have no country.
    language
        A language tag, e.g. ``be`` or ``pt-BR``.

    Raises
    ------
    KeyError
        Where there is no such country.
    ValueError
        Where the tag is no language the CLDR knows.

    Examples
    --------
    >>> country_name("NA"), country_name("LT", "be"), country_name("LT", "aa"), country_name("between")
    ('Namibia', 'Літва', 'Lithuania', 'Between countries')
    """
    if code in _NO_COUNTRY:
        return _NO_COUNTRY[code]
    try:
        return _names(language)[code]
    except babel.UnknownLocaleError as error:
        raise ValueError(f"{language!r} is not a language of the Unicode CLDR") from error


def country_in_sentence(code: str, language: str = "en") -> str:
    """Return a country's name as it stands within an English sentence: with its article where it has one.

    Parameters
    ----------
    code
        A code of the boundary layer.
    language
        A language tag; a name that is not English has no English article.

    Raises
    ------
    KeyError
        Where there is no such country.
    ValueError
        Where the tag is no language the CLDR knows.

    Examples
    --------
    >>> country_in_sentence("US"), country_in_sentence("BY"), country_in_sentence("US", "de")
    ('the United States', 'Belarus', 'Vereinigte Staaten')
    """
    name = country_name(code, language)
    article = code in _WITH_ARTICLE and name == country_name(code)
    return f"the {name}" if article else name


@cache
def _names(language: str) -> dict[str, str]:
    names, english = (babel.Locale.parse(tag, sep="-").territories for tag in (language, "en"))
    return {code: str(names.get(code) or english[code]) for code in country_codes()}
