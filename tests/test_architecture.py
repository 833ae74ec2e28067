"""The shape of the project: who imports whom, and what lies where."""

import ast
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOP_LEVEL = {
    *(".ci", ".gitignore", ".streamlit", "CHANGELOG.md", "LICENSE", "README.md", "SECURITY.md"),
    *("dashboard", "geodata", "pyproject.toml", "requirements.txt", "tests"),
}
UI = {"altair", "dashboard", "pydeck", "streamlit"}
MAY_IMPORT_STREAMLIT = {"app", "cache", "components", "controls", "page", "panels", "player"}
PRIVATE = re.compile(
    r"/(?:work|root|home|Users|tmp/w)/\w|file:///\w|\w\.(?:org|com)/simple\b|--(?:extra-)?index-url"
)


def modules() -> dict[str, Path]:
    """Dotted name of every module of the two packages."""
    paths = [path for package in ("geodata", "dashboard") for path in (ROOT / package).rglob("*.py")]
    names = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in paths
    ]
    return dict(zip(names, paths, strict=True))


MODULES = modules()


def imports(path: Path) -> set[str]:
    """Dotted names that a module imports, anywhere in it; of `from a import b` both `a` and `a.b`."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute"
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
    return found


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [Path(name) for name in listed.stdout.split("\0") if name]


@pytest.mark.parametrize("name", MODULES)
def test_direction_of_imports(name: str) -> None:
    package, _, module = name.partition(".")
    roots = {imported.partition(".")[0] for imported in imports(MODULES[name])}
    if package == "geodata":
        assert not roots & UI
    elif module.partition(".")[0] not in MAY_IMPORT_STREAMLIT:
        assert "streamlit" not in roots


def test_no_cycle_of_imports() -> None:
    graph = {name: imports(path) & MODULES.keys() - {name} for name, path in MODULES.items()}
    TopologicalSorter(graph).prepare()


def test_no_module_hides_one_of_the_standard_library() -> None:
    # `streamlit run dashboard/app.py` puts the folder first on the import path.
    parts = {part for name in MODULES for part in name.split(".")}
    assert not parts & sys.stdlib_module_names - {"__main__"}


def test_top_level_is_what_the_design_says() -> None:
    assert {path.parts[0] for path in tracked()} == TOP_LEVEL


def test_nothing_of_the_machine_it_was_written_on() -> None:
    found = {}
    for path in tracked():
        try:
            found[path] = PRIVATE.findall((ROOT / path).read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            continue
    assert {path: what for path, what in found.items() if what} == {}
