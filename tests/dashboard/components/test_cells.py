"""Tables and sentences whose numbers open, as the component gets them."""

import json

import pytest

from dashboard.components.cells import Cell, sentence, table


def test_a_number_carries_its_figure_and_what_it_says_aloud() -> None:
    told = "114 arrived in Ukraine: show the claims"
    content = table("People", ["Country", "Arrived"], [["Ukraine", Cell("114", "UA.arrived", told)]])
    assert content == {
        "kind": "table",
        "caption": "People",
        "texts": 1,
        "header": ["Country", "Arrived"],
        "rows": [["Ukraine", {"text": "114", "figure": "UA.arrived", "title": told}]],
    }


def test_a_cell_that_opens_nothing_is_its_text() -> None:
    assert table("", ["Sources"], [[Cell("6")]])["rows"] == [["6"]]


def test_a_sentence_keeps_its_words_in_order() -> None:
    content = sentence([Cell("123 people", "people"), " were released."], tag="p", css_class="ptm-doubt")
    assert (content["tag"], content["class"]) == ("p", "ptm-doubt")
    assert content["parts"] == [{"text": "123 people", "figure": "people"}, " were released."]


@pytest.mark.parametrize(
    ("href", "kept"),
    [
        ("https://example.org/a?b=<c>", True),
        ("HTTP://example.org", True),
        ("javascript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("http://[", False),
    ],
)
def test_only_addresses_of_the_web_are_links(href: str, kept: bool) -> None:
    [[cell]] = table("", ["Publication"], [[Cell("A paper", href=href)]])["rows"]
    assert cell == ({"text": "A paper", "href": href} if kept else "A paper")


def test_texts_of_a_dataset_stay_as_they_are() -> None:
    evil = '<img src=x onerror=alert(1)> @@=1 ![](x) "א'
    content = table(evil, [evil], [[Cell(evil, evil, evil)], [evil]])
    assert json.loads(json.dumps(content)) == content
    assert content["rows"] == [[{"text": evil, "figure": evil, "title": evil}], [evil]]


def test_a_name_carries_what_it_picks() -> None:
    content = table("", ["Country"], [[Cell("Ukraine", pick=("country", "UA"), picked=True)]])
    assert content["rows"] == [[{"text": "Ukraine", "pick": {"kind": "country", "id": "UA"}, "picked": True}]]
