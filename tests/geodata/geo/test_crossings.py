"""Countries crossed: in order, every kilometre once, as the polygons have it."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geodata import crossings
from geodata.__main__ import main
from geodata.geo import boundaries
from geodata.geo import crossings as borders_crossed
from geodata.geo.routes import cut
from geodata.model.problems import DataError
from tests.examples import examples

EARTH = Geod(ellps="WGS84")
ENDS = ["origin_longitude", "origin_latitude", "destination_longitude", "destination_latitude"]
DEGREE = 6378.137 * np.pi / 180  # kilometres along the equator: 111.3195
MINSK, VILNIUS, WARSAW = (27.5667, 53.9), (25.28, 54.69), (21.01, 52.23)
ANCHORAGE, TOKYO = (-149.9, 61.2), (139.7, 35.7)


@pytest.fixture
def tiny_world(monkeypatch):
    """Return a function that puts a few polygons in the place of the boundary layer."""

    def build(**polygons):
        codes = sorted(polygons)
        parts, country = shapely.get_parts([polygons[code] for code in codes], return_index=True)

        def country_of(longitude, latitude, *, near_km):
            turns = np.array([[-360], [0], [360]])
            points = shapely.points(longitude + turns, latitude)
            covers = [shapely.covers(polygons[code], points).any(axis=0) for code in codes]
            first = np.where(np.any(covers, axis=0), np.argmax(covers, axis=0), -1)
            return pd.DataFrame({"country_code": pd.Categorical.from_codes(first, categories=codes)})

        monkeypatch.setattr(borders_crossed, "country_of", country_of)
        monkeypatch.setattr(borders_crossed, "country_codes", lambda: tuple(codes))
        borders = borders_crossed._Borders.of(parts, country, nowhere=len(codes))
        monkeypatch.setattr(borders_crossed, "_borders", lambda: borders)

    return build


def route(*places):
    """A table of one route through some places."""
    via = ";".join(f"{longitude} {latitude}" for longitude, latitude in places[1:-1])
    return pd.DataFrame([[*places[0], *places[-1], via]], columns=[*ENDS, "via"])


def crossed(*places):
    """Code and kilometres of each stretch of one route."""
    found = crossings(route(*places))
    assert found["stretch"].tolist() == list(range(1, len(found) + 1))
    assert found["from_km"].to_numpy() == pytest.approx(
        np.append(0, found["km"].cumsum())[:-1], rel=1e-12, abs=1e-9
    )
    return list(zip(found["country_code"], found["km"], strict=True))


def approximately(expected, rel=1e-9):
    return [(code, pytest.approx(km, rel=rel, abs=1e-8)) for code, km in expected]


def metres_between(*places):
    return EARTH.line_length(*np.transpose(places))


def test_countries_in_order_with_kilometres(tiny_world):
    tiny_world(AA=shapely.box(1, -1, 3, 1), BB=shapely.box(3, -1, 4, 1))
    there = [("unlocated", DEGREE), ("AA", 2 * DEGREE), ("BB", DEGREE), ("unlocated", 2 * DEGREE)]
    assert crossed((0, 0), (6, 0)) == approximately(there)
    assert crossed((6, 0), (0, 0)) == approximately(there[::-1])


def test_kilometres_along_a_meridian_are_the_ellipsoids(tiny_world):
    tiny_world(AA=shapely.box(-1, 50, 1, 60))
    # From the equator: to 50° 5,540.847 km, to 60° 6,654.073 km, to 70° 7,768.981 km on WGS 84.
    expected = [("unlocated", 5540.847), ("AA", 1113.226), ("unlocated", 1114.908)]
    assert crossed((0, 0), (0, 70)) == approximately(expected, rel=1e-6)


def test_a_country_may_be_left_and_entered_again(tiny_world):
    enclave = shapely.box(2, -1, 3, 1)
    tiny_world(AA=shapely.box(0, -2, 5, 2) - enclave, BB=enclave)
    assert crossed((1, 0), (4, 0)) == approximately([("AA", DEGREE), ("BB", DEGREE), ("AA", DEGREE)])


def test_no_country_is_too_small(tiny_world):
    tiny_world(AA=shapely.box(0.3, -1e-6, 0.3 + 1e-6, 1e-6))
    tiny = DEGREE / 1e6
    assert crossed((0, 0), (0.8, 0))[1] == ("AA", pytest.approx(tiny, abs=1e-8))


def test_along_a_border_every_kilometre_counts_once_for_the_alphabetically_first(tiny_world):
    tiny_world(BB=shapely.box(0, 0, 5, 1), AA=shapely.box(1, -1, 2, 0), CC=shapely.box(2, -1, 5, 0))
    expected = [("unlocated", DEGREE), ("BB", DEGREE), ("AA", DEGREE), ("BB", 3 * DEGREE)]
    assert crossed((-1, 0), (5, 0)) == approximately(expected)
    assert crossed((5, 0), (-1, 0)) == approximately(expected[::-1])


def test_along_a_slanting_border_between_its_corners(tiny_world):
    # No point between these corners is a binary fraction that lies on the line exactly.
    corners = [(0.1, 0.1), (0.4, 0.7)]
    tiny_world(
        BB=shapely.Polygon([*corners, (-1, 0.7), (-1, 0.1)]),
        AA=shapely.Polygon([*corners, (1, 0.7), (1, 0.1)]),
    )
    expected = [("AA", metres_between(*corners) / 1000)]
    assert crossed(*corners) == approximately(expected)
    assert crossed(*corners[::-1]) == approximately(expected)


def test_a_border_that_is_only_touched_is_not_crossed(tiny_world):
    tiny_world(AA=shapely.box(0, 0, 1, 1), BB=shapely.box(0, 1, 1, 2))
    assert [code for code, _ in crossed((0.75, 0.75), (1, 1), (0.75, 0.5))] == ["AA"]
    tiny_world(AA=shapely.box(0, 0, 1, 1))
    # Through the corner: one step, straight in longitude and latitude.
    assert [code for code, _ in crossed((0.75, 1.25), (1.25, 0.75))] == ["unlocated"]


def test_where_four_countries_meet_a_route_crosses_two(tiny_world):
    tiny_world(
        DD=shapely.box(0, 0, 1, 1),
        CC=shapely.box(1, 0, 2, 1),
        BB=shapely.box(0, 1, 1, 2),
        AA=shapely.box(1, 1, 2, 2),
    )
    assert [code for code, _ in crossed((0.75, 0.75), (1.25, 1.25))] == ["DD", "AA"]
    assert [code for code, _ in crossed((0.75, 1.25), (1.25, 0.75))] == ["BB", "CC"]


@pytest.mark.parametrize("turn", [0, 360, -360])
def test_over_the_antimeridian(tiny_world, turn):
    tiny_world(AA=shapely.box(179, -1, 180, 1), BB=shapely.box(-180, -1, -179, 1))
    expected = [("unlocated", DEGREE / 2), ("AA", DEGREE), ("BB", DEGREE), ("unlocated", DEGREE / 2)]
    assert crossed((178.5 + turn, 0), (-178.5, 0)) == approximately(expected)
    assert crossed((-178.5 + turn, 0), (178.5, 0)) == approximately(expected[::-1])


def test_one_country_on_both_sides_of_the_antimeridian_is_one_stretch(tiny_world):
    tiny_world(AA=shapely.MultiPolygon([shapely.box(179, -1, 180, 1), shapely.box(-180, -1, -179, 1)]))
    assert crossed((179.5, 0), (-179.5, 0)) == approximately([("AA", DEGREE)])


@pytest.mark.parametrize("side", [180, -180])
def test_along_the_antimeridian_both_of_its_sides_count(tiny_world, side):
    tiny_world(
        AA=shapely.box(-180, 0, -179, 1), BB=shapely.box(179, 0, 180, 2), CC=shapely.box(-180, 1, -179, 3)
    )
    codes = [code for code, _ in crossed((side, -1), (-side, 4))]
    assert codes == ["unlocated", "AA", "BB", "CC", "unlocated"]


def test_over_a_pole(tiny_world):
    tiny_world(
        AA=shapely.box(-10, 81, 10, 82),
        BB=shapely.MultiPolygon([shapely.box(170, 81, 180, 82), shapely.box(-180, 81, -170, 82)]),
    )
    there = crossed((0, 80), (180, 80))
    assert [code for code, _ in there] == ["unlocated", "AA", "unlocated", "BB", "unlocated"]
    # One degree of latitude is 111.67 km at 81.5 degrees, 111.69 km from 82 degrees to the pole.
    assert [km for _, km in there] == pytest.approx([111.66, 111.67, 1787.0, 111.67, 111.66], abs=0.1)
    assert crossed((180, 80), (0, 80)) == approximately(there[::-1])
    for longitude in (0, 77, -180):
        assert [code for code, _ in crossed((longitude, 90), (5, 80))] == ["unlocated", "AA", "unlocated"]


def test_a_route_without_length_is_where_it_stands(tiny_world):
    tiny_world(AA=shapely.box(0, 0, 1, 1), BB=shapely.box(-1, 0, 0, 1))
    assert crossed((0.5, 0.5), (0.5, 0.5)) == [("AA", 0)]
    assert crossed((0, 0.5), (0, 0.5)) == [("AA", 0)]
    assert crossed((0.5, 5), (360.5, 5)) == [("unlocated", 0)]
    assert crossed((0.5, 0.5), (0.5, 0.5), (0.5, 0.5)) == [("AA", 0)]


def test_through_places_on_the_way(tiny_world):
    tiny_world(AA=shapely.box(0, -1, 1, 1), BB=shapely.box(1, -1, 2, 1))
    expected = [("AA", DEGREE / 2), ("BB", DEGREE), ("AA", DEGREE)]
    assert crossed((0.5, 0), (1.5, 0), (0, 0)) == approximately(expected)
    assert crossed((0.5, 0), (1.5, 0), (1.5, 0), (0, 0)) == approximately(expected)


def test_antipodal_places_take_the_same_way_there_and_back():
    there, back = crossed((10, 20), (-170, -20)), crossed((-170, -20), (10, 20))
    assert back == approximately(there[::-1])
    # Half way round by the poles, which is shortest: half a meridian ellipse.
    assert sum(km for _, km in there) == pytest.approx(20003.931, abs=0.001)


def test_minsk_vilnius_and_minsk_warsaw_vilnius():
    assert [code for code, _ in crossed(MINSK, VILNIUS)] == ["BY", "LT"]
    found = crossed(MINSK, WARSAW, VILNIUS)
    assert [code for code, _ in found] == ["BY", "PL", "BY", "LT"]  # by Hrodna
    assert sum(km for _, km in found) == pytest.approx(
        metres_between(MINSK, WARSAW, VILNIUS) / 1000, rel=1e-12
    )


def test_anchorage_tokyo_is_the_same_from_both_ends():
    there, back = crossed(ANCHORAGE, TOKYO), crossed(TOKYO, ANCHORAGE)
    assert back == approximately(there[::-1])
    assert {code for code, _ in there} == {"US", "RU", "JP", "unlocated"}
    assert (there[0][0], there[-1][0]) == ("US", "JP")
    assert sum(km for _, km in there) == pytest.approx(metres_between(ANCHORAGE, TOKYO) / 1000, rel=1e-12)


def test_rows_stand_on_the_index_of_their_routes_with_their_columns(monkeypatch):
    monkeypatch.setattr(borders_crossed, "_BATCH", 2)
    table = pd.concat([route(MINSK, VILNIUS), route(MINSK, MINSK)] * 2).set_axis(["a", "b", "c", "b"])
    table["note"] = ["1", "2", "3", "4"]
    before = table.copy()
    found = crossings(table)
    assert list(found.columns) == [*table.columns, "stretch", "country_code", "from_km", "km"]
    assert found.index.tolist() == ["a", "a", "b", "c", "c", "b"]
    assert found["note"].tolist() == ["1", "1", "2", "3", "3", "4"]
    assert found["country_code"].tolist() == ["BY", "LT", "BY"] * 2
    assert len(found["country_code"].cat.categories) == 250
    pd.testing.assert_frame_equal(table, before)


def test_no_routes_cross_nothing():
    assert len(crossings(pd.DataFrame(columns=ENDS))) == 0


def test_every_cell_that_holds_no_coordinate_is_reported():
    table = pd.DataFrame(
        [["27,5", "53.9", "25.28", "95"], ["", "53.9", "inf", "54.69"], ["1", "2", "3000000", "4"]],
        columns=ENDS,
    )
    table["via"] = ["", None, "5 6; 7;8 91"]
    with pytest.raises(DataError) as raised:
        crossings(table, file="routes.csv")
    degrees = "(write decimal degrees, longitudes within ±540 and latitudes within ±90)"
    places = "(write 'longitude latitude', with ; between two)"
    assert [str(problem) for problem in raised.value.problems] == [
        f"routes.csv:2:destination_latitude: '95' is no latitude {degrees}",
        f"routes.csv:2:origin_longitude: '27,5' is no longitude {degrees}",
        f"routes.csv:3:destination_longitude: 'inf' is no longitude {degrees}",
        f"routes.csv:3:origin_longitude: '' is no longitude {degrees}",
        f"routes.csv:4:destination_longitude: '3000000' is no longitude {degrees}",
        f"routes.csv:4:via: '7' is no place {places}",
        f"routes.csv:4:via: '8 91' is no place {places}",
    ]


def test_columns_that_are_missing_or_would_be_overwritten_are_reported():
    with pytest.raises(DataError) as raised:
        crossings(route(MINSK, VILNIUS).rename(columns={"origin_longitude": "km"}))
    assert [(problem.column, problem.message) for problem in raised.value.problems] == [
        ("km", "the column is there already"),
        ("origin_longitude", "the column is missing"),
    ]


def test_the_command_reads_text_and_writes_one_row_a_stretch(tmp_path, capsysbinary):
    source, target = tmp_path / "routes.csv", tmp_path / "crossed.csv"
    source.write_text(f"name,{','.join(ENDS)}\nNA,17.06,-22.57,25.9,-24.65\n", encoding="utf-8")
    assert main(["crossings", str(source), "-o", str(target)]) == 0
    lines = target.read_text(encoding="utf-8").splitlines()
    assert lines[0] == f"name,{','.join(ENDS)},stretch,country_code,from_km,km"
    assert [line[:37] for line in lines[1:]] == [
        "NA,17.06,-22.57,25.9,-24.65,1,NA,0.0,",
        "NA,17.06,-22.57,25.9,-24.65,2,BW,312.",
    ]
    assert main(["crossings", str(source)]) == 0
    assert capsysbinary.readouterr().out == target.read_bytes()


def test_the_command_names_the_cell_at_fault_and_writes_nothing(tmp_path, capsys):
    source, target = tmp_path / "routes.csv", tmp_path / "crossed.csv"
    source.write_text(f"{','.join(ENDS)}\n17.06,-22.57,25.9,x\n", encoding="utf-8")
    assert main(["crossings", str(source), "-o", str(target)]) == 1
    assert "routes.csv:2:destination_latitude: 'x' is no latitude" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [source]


POLYGONS = gpd.read_parquet(boundaries.BASEMAP.with_name("countries.parquet"))
CORNERS = POLYGONS.get_coordinates().to_numpy()
anywhere = st.tuples(st.floats(-180, 180), st.floats(-80, 80))
corner = st.integers(0, len(CORNERS) - 1).map(lambda row: tuple(CORNERS[row].tolist()))
near_by = st.tuples(anywhere, st.floats(-5, 5), st.floats(-5, 5)).map(
    lambda drawn: [drawn[0], (drawn[0][0] + drawn[1], drawn[0][1] + drawn[2])]
)
pairs = st.one_of(st.lists(st.one_of(anywhere, corner), min_size=2, max_size=2), near_by)


def steps(start, end):
    """One leg as a line, laid by pyproj's own means from the end that comes first."""
    one, other = sorted([start, end])
    metres = metres_between(one, other)
    knots = max(int(np.ceil(metres / 1000 / borders_crossed.STEP_KM)), 1) + 1
    way = EARTH.inv_intermediate(
        *one, *other, npts=knots, initial_idx=0, terminus_idx=0, return_back_azimuth=False
    )
    path = np.column_stack([way.lons, way.lats])
    path[0], path[-1] = one, other
    path[:, 0] = np.unwrap(path[:, 0], period=360)
    return shapely.MultiLineString(cut(path))


@settings(max_examples=examples(60))
@example([MINSK, VILNIUS])
@example([ANCHORAGE, TOKYO])
@given(pairs)
def test_kilometres_are_those_of_the_line_inside_each_polygon(ends):
    metres = metres_between(*ends)
    assume(1 < metres < 19_900_000)  # beyond, the two ways of laying a line may differ
    line = steps(*ends)
    met = POLYGONS[POLYGONS.intersects(line)]
    expected = pd.Series(
        [EARTH.geometry_length(part) / 1000 for part in met.intersection(line)], met["iso_a2"], dtype=float
    )
    found = crossings(route(*ends))
    of_country = found.groupby("country_code", observed=True)["km"].sum()
    difference = of_country.drop("unlocated", errors="ignore").sub(expected, fill_value=0).abs()
    # The line between two knots is longer than the geodesic: at 80 degrees by 3 in 10,000.
    assert (difference <= 0.001 + 5e-4 * expected.reindex(difference.index, fill_value=0)).all()


@settings(max_examples=examples(60))
@example([ANCHORAGE, MINSK, TOKYO])
@example([(0.0, 90.0), (0.0, -90.0)])
@given(st.lists(st.one_of(anywhere, corner), min_size=2, max_size=4))
def test_kilometres_are_conserved_and_the_way_back_crosses_the_same(places):
    there, back = crossed(*places), crossed(*places[::-1])
    km = metres_between(*places) / 1000
    assert sum(part for _, part in there) == pytest.approx(km, rel=1e-6, abs=1e-8)
    assert all(part > 0 for _, part in there) or km < 1e-7
    assert back == [(code, pytest.approx(part, rel=1e-6, abs=1e-6)) for code, part in there[::-1]]


BOUNDARIES = POLYGONS.set_geometry(POLYGONS.boundary)


@settings(max_examples=examples(60))
@given(st.integers(0, len(CORNERS) - 2), st.sampled_from([1, -1]))
def test_along_an_edge_of_the_layer_a_route_is_in_the_alphabetically_first(row, direction):
    ends = CORNERS[row : row + 2][::direction].tolist()
    km = metres_between(*ends) / 1000
    beside = BOUNDARIES["iso_a2"][BOUNDARIES.covers(shapely.LineString(ends))]
    assume(0 < km < borders_crossed.STEP_KM and len(beside))  # neither from ring to ring nor in several steps
    assert crossed(*ends) == approximately([(beside.min(), km)])
