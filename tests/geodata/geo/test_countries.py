"""The country of a point is what the plain predicate gives."""

import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geodata.geo import boundaries, countries
from geodata.geo.boundaries import anchor, country_codes, land
from geodata.geo.countries import country_of, locate
from geodata.geo.names import country_in_sentence, country_name
from geodata.model.problems import DataError
from geodata.query.filters import languages
from tests.examples import examples

BORDER_CASES = Path(__file__).parent / "border_cases.csv"


@pytest.fixture
def tiny_world(monkeypatch):
    """Return a function that puts a few polygons in the place of the boundary layer."""

    def build(areas=None, **polygons):
        areas = areas or {}
        layers = [
            boundaries.Layer.of(list(polygons), list(polygons), np.array(list(polygons.values()))),
            boundaries.Layer.of(
                list(areas),
                [owner for owner, _ in areas.values()],
                np.array([area for _, area in areas.values()], dtype=object),
            ),
        ]
        for module in (boundaries, countries):
            monkeypatch.setattr(module, "countries_layer", lambda: layers[0])
            monkeypatch.setattr(module, "disputed_layer", lambda: layers[1])
        monkeypatch.setattr(countries, "_edges", countries._edges.__wrapped__)
        monkeypatch.setattr(countries, "_grid_for", lambda count: None)

    return build


def codes(found):
    return [
        "" if missing else code
        for code, missing in zip(found["country_code"], found["country_code"].isna(), strict=True)
    ]


def test_the_border_cases_are_right_under_the_stated_view():
    cases = pd.read_csv(BORDER_CASES, dtype=str, keep_default_na=False)
    found = country_of(cases["lon"].astype(float), cases["lat"].astype(float))
    assert len(cases) == 133
    wrong = cases["name"][found["country_code"].astype(str) != cases["iso_a2_truth"]]
    assert wrong.tolist() == []


@pytest.mark.parametrize(
    ("longitude", "latitude", "code", "disputed"),
    [
        (33.522, 44.605, "UA", "crimea"),  # Sevastopol
        (37.55, 47.095, "UA", "ua-14"),  # Mariupol
        (32.617, 46.635, "UA", "ua-65"),  # Kherson
        (29.643, 46.842, "MD", "transnistria"),  # Tiraspol
        (20.868, 42.895, "XK", "kosovo"),  # North Mitrovica
        (35.235, 31.79, "PS", "east-jerusalem"),
        (35.205, 31.9, "PS", "palestine"),  # Ramallah
        (27.5667, 53.9, "BY", ""),  # Minsk
        (36.72, 45.2, "RU", ""),  # Taman, across the strait from Crimea
    ],
)
def test_disputed_areas_are_flagged_and_keep_their_owner(longitude, latitude, code, disputed):
    found = country_of(longitude, latitude)
    assert codes(found) == [code]
    assert found["disputed"].tolist() == [disputed]


def test_one_row_a_point_with_its_distance(tiny_world):
    tiny_world(AA=shapely.box(0, 0, 1, 1))
    found = country_of([0.5, 5.0], [0.5, 5.0])
    assert list(found.columns) == ["country_code", "match", "distance_km", "disputed"]
    assert found["match"].tolist() == ["inside", "nowhere"]
    assert found["distance_km"].tolist()[0] == 0
    assert np.isnan(found["distance_km"].tolist()[1])
    assert found["disputed"].tolist() == ["", ""]
    assert list(found["country_code"].cat.categories) == ["AA"]


def test_a_shared_border_goes_to_the_alphabetically_first(tiny_world):
    tiny_world(
        CC=shapely.box(1, 0, 2, 1),
        AA=shapely.box(2, 0, 3, 1),
        BB=shapely.box(0, 0, 1, 1),
        DD=shapely.box(0, 1, 3, 2),
    )
    found = country_of([1, 2, 2, 1, 0, 1.5], [0.5, 0.5, 1, 1, 0.5, 0.5])
    assert codes(found) == ["BB", "AA", "AA", "BB", "BB", "CC"]
    # The layer's own edge is no shared border.
    assert found["match"].tolist() == ["border", "border", "border", "border", "inside", "inside"]
    assert found["distance_km"].tolist() == [0] * 6


def test_a_hole_is_outside_unless_another_fills_it(tiny_world):
    ring = shapely.box(0, 0, 3, 3) - shapely.box(1, 1, 2, 2) - shapely.box(2.2, 2.2, 2.8, 2.8)
    tiny_world(ZA=ring, LS=shapely.box(1, 1, 2, 2))
    found = country_of([1.5, 1.0, 2.5, 2.2], [1.5, 1.5, 2.5, 2.5])
    assert codes(found) == ["LS", "LS", "", "ZA"]
    assert found["match"].tolist() == ["inside", "border", "nowhere", "inside"]


def test_near_is_the_geodesic_distance_to_the_nearest(tiny_world):
    tiny_world(AA=shapely.box(0, 0, 1, 1), BB=shapely.box(1.06, 0, 2, 1))
    # One degree of longitude on the equator is 6378.137 km * pi / 180 = 111.319 km; of latitude, 110.574 km.
    found = country_of([-0.02, 1.02, 1.04, 0.5, -0.05], [0, 0, 0, -0.03, 0])
    assert codes(found) == ["AA", "AA", "BB", "AA", ""]
    assert found["match"].tolist() == ["near", "near", "near", "near", "nowhere"]
    assert found["distance_km"].tolist()[:4] == pytest.approx([2.2264, 2.2264, 2.2264, 3.3172], abs=1e-3)
    assert country_of(-0.05, 0, near_km=6)["distance_km"].tolist() == pytest.approx([5.566], abs=1e-3)
    assert country_of(-0.02, 0, near_km=0)["match"].tolist() == ["nowhere"]


def test_near_ties_go_to_the_alphabetically_first(tiny_world):
    tiny_world(BB=shapely.box(-1, -1, -0.03125, 1), AA=shapely.box(0.03125, -1, 1, 1))
    assert codes(country_of(0, 0)) == ["AA"]


def test_near_at_high_latitude_is_by_kilometres_not_degrees(tiny_world):
    # At 84.5 degrees north one degree of longitude is 10.7 km, one of latitude 111.7 km.
    tiny_world(AA=shapely.box(0, 84.6, 5, 85), BB=shapely.box(5.5, 84, 9, 85))
    found = country_of(5.0, 84.5, near_km=20)
    assert codes(found) == ["BB"]
    assert found["distance_km"].tolist() == pytest.approx([5.352], abs=0.01)
    # Due north of a parallel: 0.02 degrees of latitude at 85 degrees north.
    assert country_of(7, 85.02)["distance_km"].tolist() == pytest.approx([2.2338], abs=1e-3)


def test_near_reaches_across_the_antimeridian_and_the_pole(tiny_world):
    tiny_world(AA=shapely.box(179, 0, 179.99, 1), BB=shapely.box(0, 89.0, 90, 89.98))
    found = country_of([-179.99, 180, -180, 180], [0, 0, 0, 89.995])
    assert codes(found) == ["AA", "AA", "AA", "BB"]
    # The last: seen from the pole, the nearest corner is a right angle away; sqrt(0.005² + 0.02²) degrees.
    assert found["distance_km"].tolist() == pytest.approx([2.2264, 1.1132, 1.1132, 2.3026], abs=2e-3)


def test_near_on_the_real_layer():
    # Antarctica's northern edge is the parallel of 60 degrees south: 0.03 degrees of 111.412 km.
    found = country_of([10, -180, 179.999], [-59.97] * 3)
    assert codes(found) == ["AQ"] * 3
    assert found["distance_km"].tolist() == pytest.approx([3.3424] * 3, abs=1e-3)


def test_the_antimeridian_belongs_to_what_touches_it_from_either_side(tiny_world):
    tiny_world(
        BB=shapely.box(179, 0, 180, 1), AA=shapely.box(-180, 0, -179, 1), CC=shapely.box(-180, 2, -179, 3)
    )
    found = country_of([180, -180, 180, -180, 540], [0.5, 0.5, 2.5, 2.5, 2.5])
    assert codes(found) == ["AA", "AA", "CC", "CC", "CC"]
    assert found["match"].tolist() == ["border", "border", "inside", "inside", "inside"]


def test_longitudes_are_wrapped():
    found = country_of(
        [27.5667, 387.5667, -332.4333, 747.5667, 540, -540, 180, 190], [53.9] * 4 + [68] * 3 + [66]
    )
    assert codes(found) == ["BY"] * 4 + ["RU"] * 4


def test_what_is_no_point_on_earth_says_why():
    found = country_of([np.nan, 1, np.inf, 1, 1, 0, 0, np.nan], [1, np.nan, 1, -np.inf, 90.001, 90, -90, 91])
    assert found["match"].tolist() == [
        "missing",
        "missing",
        "out_of_range",
        "out_of_range",
        "out_of_range",
        "nowhere",
        "nowhere",
        "missing",
    ]
    assert found["country_code"].isna().all()
    assert found["distance_km"].isna().all()


def test_any_size_and_any_kind_of_input():
    assert codes(country_of(17.06, -22.57)) == ["NA"]
    assert len(country_of([], [])) == 0
    assert country_of([], [])["country_code"].cat.categories.size == 249
    assert codes(country_of((25.28,), np.array([54.69], dtype="float32"))) == ["LT"]
    rows = pd.Series([27.5667, None], index=["minsk", "unknown"], dtype="Float64")
    found = country_of(rows, pd.Series([53.9, 1.0], index=rows.index))
    assert found.index.tolist() == ["minsk", "unknown"]
    assert found["match"].tolist() == ["inside", "missing"]


def test_the_input_is_left_as_it_is():
    longitude, latitude = np.array([387.5667]), np.array([53.9])
    country_of(longitude, latitude)
    assert longitude.tolist() == [387.5667]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1, 2], [1]), "2 longitudes and 1 latitudes"),
        ((pd.Series([1], index=[0]), pd.Series([1], index=[1])), "different indexes"),
    ],
)
def test_input_that_does_not_pair_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        country_of(*arguments)


@pytest.mark.parametrize("near_km", [-1, 101, float("nan")])
def test_a_limit_out_of_range_is_refused(near_km):
    with pytest.raises(ValueError, match="between 0 and 100"):
        country_of(0, 0, near_km=near_km)


def test_a_disputed_area_never_flags_a_neighbour(tiny_world):
    tiny_world(
        areas={"b": ("AA", shapely.box(0.5, 0, 1.1, 1)), "a": ("AA", shapely.box(0.2, 0, 0.5, 1))},
        AA=shapely.box(0, 0, 1, 1),
        BB=shapely.box(1, 0, 2, 1),
    )
    found = country_of([0.1, 0.3, 0.5, 0.7, 1.05], [0.5] * 5)
    assert found["disputed"].tolist() == ["", "a", "a", "b", ""]


POLYGONS = gpd.read_parquet(boundaries.BASEMAP.with_name("countries.parquet"))
CORNERS = POLYGONS.get_coordinates().to_numpy()
anywhere = st.tuples(st.floats(-180, 180), st.floats(-90, 90))
corner = st.integers(0, len(CORNERS) - 1).map(lambda row: tuple(CORNERS[row]))
beside = st.tuples(corner, st.floats(-0.01, 0.01), st.floats(-0.01, 0.01)).map(
    lambda drawn: (min(max(drawn[0][0] + drawn[1], -180), 180), drawn[0][1] + drawn[2])
)


@settings(max_examples=examples(100), deadline=None)
@example(points=[(180.0, 68.0), (-180.0, 68.0), (0.0, -90.0)])
@given(points=st.lists(st.one_of(anywhere, corner, beside), min_size=1, max_size=10))
def test_country_of_is_the_plain_predicate(points):
    found = country_of(*np.array(points).T)
    for (longitude, latitude), code, match in zip(points, codes(found), found["match"], strict=True):
        both_sides = shapely.points([longitude, -longitude if abs(longitude) == 180 else longitude], latitude)
        covers = shapely.covers(POLYGONS.geometry.to_numpy()[:, None], both_sides).any(axis=1)
        covering = POLYGONS["iso_a2"][covers].tolist()
        if covering:
            assert code == min(covering)
            assert match == ("border" if len(covering) > 1 else "inside")
        else:
            assert match in ("near", "nowhere")
            assert bool(code) == (match == "near")


def test_locate_adds_its_columns_to_text_and_to_numbers():
    table = pd.DataFrame({"name": ["Windhoek", "?"], "longitude": ["17.06", ""], "latitude": ["-22.57", " "]})
    located = locate(table)
    assert list(located.columns) == [
        "name",
        "longitude",
        "latitude",
        "country_code",
        "match",
        "distance_km",
        "disputed",
    ]
    assert codes(located) == ["NA", ""]
    assert located["match"].tolist() == ["inside", "missing"]
    assert located["longitude"].tolist() == ["17.06", ""]
    numbers = pd.DataFrame({"longitude": [17.06, np.nan], "latitude": [-22.57, 1.0]}, index=[7, 7])
    assert codes(locate(numbers)) == ["NA", ""]


def test_locate_reports_every_cell_it_cannot_read():
    table = pd.DataFrame({"longitude": ["27,5", "27.5", "NA"], "latitude": ["53.9", "north", "1"]})
    with pytest.raises(DataError) as raised:
        locate(table, file="places.csv")
    assert [str(problem) for problem in raised.value.problems] == [
        "places.csv:2:longitude: '27,5' is not a number (write decimal degrees with a point)",
        "places.csv:3:latitude: 'north' is not a number (write decimal degrees with a point)",
        "places.csv:4:longitude: 'NA' is not a number (write decimal degrees with a point)",
    ]


def test_locate_reports_the_columns_it_misses_or_would_overwrite():
    with pytest.raises(DataError) as raised:
        locate(pd.DataFrame({"lon": ["1"], "latitude": ["1"], "match": ["x"]}))
    assert [(problem.column, problem.message) for problem in raised.value.problems] == [
        ("longitude", "the column is missing"),
        ("match", "the column is there already"),
    ]


def test_every_country_has_a_name_in_the_languages_of_the_page():
    for language in ("en", "be", "ru", "uk", "pl", "lt"):
        names = [country_name(code, language) for code in country_codes()]
        assert len(set(names)) == 249
    assert [country_name(code) for code in ("BY", "XK", "NA", "between", "unlocated")] == [
        "Belarus",
        "Kosovo",
        "Namibia",
        "Between countries",
        "No country known",
    ]
    assert country_name("UA", "uk") == "Україна"
    assert country_name("PL", "pt-BR") == "Polônia"


def test_a_country_that_a_language_has_no_name_for_keeps_its_english_one():
    """The CLDR names no country in Afar, and in Chechen all but North Macedonia."""
    assert country_name("AD", "aa") == "Andorra"
    assert (country_name("BY", "ce"), country_name("MK", "ce")) == ("Белорусси", "North Macedonia")
    for language in languages():
        assert all(country_name(code, language) for code in country_codes())


def test_an_unknown_country_or_language_is_refused():
    with pytest.raises(KeyError):
        country_name("ZZ")
    with pytest.raises(ValueError, match="'xx' is not a language"):
        country_name("BY", "xx")
    with pytest.raises(KeyError):
        anchor("ZZ")
    with pytest.raises(KeyError):
        land("ZZ")


def test_the_land_of_a_country_is_its_picture():
    assert land("LT").covers(shapely.Point(25.28, 54.69))
    assert not land("LT").covers(shapely.Point(20.5, 55.7))  # at sea
    assert anchor("BY") == pytest.approx((28.4, 53.4), abs=0.1)


def test_a_sentence_names_countries_with_the_articles_of_english() -> None:
    told = {code: country_in_sentence(code) for code in country_codes()}
    assert [told[code] for code in ("US", "NL", "GB", "AE", "PH", "BS", "GM", "CF", "DO", "MV", "IM")] == [
        "the United States",
        "the Netherlands",
        "the United Kingdom",
        "the United Arab Emirates",
        "the Philippines",
        "the Bahamas",
        "the Gambia",
        "the Central African Republic",
        "the Dominican Republic",
        "the Maldives",
        "the Isle of Man",
    ]
    plain = ("BY", "UA", "HN", "NR", "VA", "CD", "SD", "NE", "CX", "NF", "CY", "LA", "HK", "TT")
    assert [told[code] for code in plain] == [country_name(code) for code in plain]
    # The table has forgotten no name that ends in the plural of a common noun, and no union.
    common = r"(Islands|Territor(y|ies)|Lands|Republic|Kingdom|Emirates|States)$"
    named = {code for code in country_codes() if re.search(common, country_name(code))}
    assert {code for code in named if not told[code].startswith("the ")} == set()


def test_names_in_another_language_have_no_english_article() -> None:
    assert [country_in_sentence("NL", language) for language in ("de", "uk", "en-GB")] == [
        "Niederlande",
        "Нідерланди",
        "the Netherlands",
    ]
