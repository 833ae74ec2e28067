"""The panel Share and download: files of the selection, how to cite, embed and read it."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from dashboard import markup
from dashboard.components.copying import Address, copying
from dashboard.panels.parts import capital, caption, no_link
from geodata import Selection
from geodata.files.citing import bibtex, citation

__all__ = ["share"]

_FILES = {
    "People by country": ("countries", ("csv", "geojson", "parquet")),
    "Transfers": ("transfers", ("csv", "geojson", "parquet")),
    "Claims, in the words of their sources": ("claims", ("csv",)),
}
"""Downloads of a selection: name of the file, and in which forms."""
_FORMS = {"csv": "CSV", "geojson": "GeoJSON", "parquet": "GeoParquet"}
_FRAME = 'width="100%" height="860" style="border:0" loading="lazy" title="Prisoner Transfer Map"'


def share(selection: Selection, _: pd.DataFrame) -> None:
    """Draw the downloads, citations and addresses of the selection that is shown."""
    query, why_not = selection.filters.query(), no_link(selection.filters)
    data = replace(selection.filters, t="", at=None, figure="", compare="", tab="").query()
    left, right = st.columns(2, gap="large")
    with left:
        _files(selection, "" if why_not else data)
        st.subheader("Use it in other programs")
        copying(
            "Copy for the command line",
            "curl -OJ '",
            Address(f"countries.csv?{data}"),
            "'",
            key="curl",
            shown=True,
            why_not=why_not,
        )
        copying(
            "Copy for pandas",
            "import pandas as pd\n\npeople = pd.read_csv(\n    '",
            Address(f"countries.csv?{data}"),
            "',\n    keep_default_na=False,\n    na_values=[''],\n)",
            key="pandas",
            shown=True,
            why_not=why_not,
        )
        copying(
            "Copy for R",
            "people <- read.csv(\n  '",
            Address(f"countries.csv?{data}"),
            "',\n  na.strings = ''\n)",
            key="r",
            shown=True,
            why_not=why_not,
        )
    with right:
        st.subheader("Cite it")
        copying("Copy citation", citation(selection), key="citation", shown=True)
        copying("Copy BibTeX", bibtex(selection), key="bibtex", shown=True)
        st.subheader("Link to it")
        copying("Copy address", Address(f"?{query}"), key="address", shown=True, why_not=why_not)
        st.subheader("Embed it")
        copying(
            "Copy frame",
            '<iframe src="',
            Address(f"?embed=true&{query}"),
            f'" {_FRAME}></iframe>',
            key="frame",
            shown=True,
            why_not=why_not,
        )
        st.html(
            '<p class="ptm-key">The frame shows the headline, the map and its player. The operator of '
            "this server lists the sites that may show it in <code>client.allowedOrigins</code>.</p>"
        )


def _files(selection: Selection, query: str) -> None:
    """Link to every file: its address says what is in it, and gives the same bytes to whoever asks.

    Where no address can say it, `query` is empty, and only the complete dataset can be downloaded.
    """
    st.subheader("Download")
    rows = []
    if query:
        for what, (name, forms) in _FILES.items():
            links = [_download(f"{name}.{form}", query, _FORMS[form]) for form in forms]
            rows.append([markup.text(what), " ".join(links)])
        rows.append(["Map and player, as one page that plays offline", _download("map.html", query, "HTML")])
        rows.append(["All of it, as a data package", _download("selection.zip", query, "ZIP")])
    else:
        st.html(f'<p class="ptm-key">{markup.text(no_link(selection.filters))}</p>')
    data = f"data={selection.dataset.reference}"
    rows.append(["The complete dataset, whatever is filtered", _download("dataset.zip", data, "ZIP")])
    summary = (
        f"{capital(caption(selection))}. An empty cell is an open bound. "
        f"Each file names its dataset and version: {selection.dataset.reference}."
    )
    st.html(f'<div class="ptm-files">{markup.table(["What", "As"], rows, summary)}</div>')


def _download(path: str, query: str, form: str) -> str:
    """Return a link to a file."""
    address, name = markup.text(f"{path}?{query}"), markup.text(path)
    return f'<a href="{address}" aria-label="{name}" download>{form}</a>'
