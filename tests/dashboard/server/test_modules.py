"""Modules joined to one script: what each form becomes, and that every other form is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dashboard.server import modules
from dashboard.server.modules import ModuleError, joined

PLAYER, STATIC = (Path(modules.__file__).parents[1] / name for name in ("player", "static"))


def written(folder: Path, **sources: str) -> Path:
    """Write modules, and return the one that imports the others."""
    for name, source in sources.items():
        (folder / f"{name}.js").write_text(source, "utf-8")
    return folder / "entry.js"


def test_each_module_is_called_once_after_those_it_imports(tmp_path: Path) -> None:
    entry = written(
        tmp_path,
        entry='import Track, { at as where } from "./track.js";\nimport { zero } from "./zero.js";\n\nwhere(zero);\n',
        track='import { zero } from "./zero.js";\nexport default class Track {}\nexport function at() {\n  return zero;\n}\n',
        zero="export const zero = 0;\n",
    )
    assert joined(entry) == (
        '"use strict";\nconst modules = [];\n'
        "modules[2] = (() => { // zero.js\nconst zero = 0;\nreturn { zero: zero };\n})();\n"
        "modules[1] = (() => { // track.js\nconst { zero: zero } = modules[2];\n"
        "class Track {}\nfunction at() {\n  return zero;\n}\nreturn { default: Track, at: at };\n})();\n"
        "modules[0] = (() => { // entry.js\nconst { default: Track, at: where } = modules[1];\n"
        "const { zero: zero } = modules[2];\nwhere(zero);\nreturn {  };\n})();\n"
    )


def test_an_import_over_several_lines_is_read_and_one_in_a_comment_is_none(tmp_path: Path) -> None:
    entry = written(
        tmp_path,
        entry='/*\nimport { no } from "./no.js";\n*/\n// export const no = 1;\n'
        '/** @typedef {import("./no.js").No} No */\nimport {\n  one,\n  two as second,\n} from "./both.js";\nconst sum = one + second;\n',
        both="export const one = 1; // import of nothing\nexport const two = 2;\nexport async function wait() {}\n",
    )
    assert "const { one: one, two: second } = modules[0];" in joined(entry)
    assert "return { one: one, two: two, wait: wait };" in joined(entry)


@pytest.mark.parametrize(
    "source",
    [
        'import * as all from "./other.js";',
        'import "./other.js";',
        'import from "./other.js";',
        'import { one } from "other";',
        'import { one } from "https://example.org/other.js";',
        "import { one } from './other.js';",
        'import { one } from "./other.js" with { type: "json" };',
        'const later = import("./other.js");',
        'function load() {\n  return import("./other.js");\n}',
        "const here = import.meta.url;",
        "export let one = 1;",
        "export var one = 1;",
        "export const { one } = all;",
        "export { one };",
        "export {};",
        'export * from "./other.js";',
        'export { one } from "./other.js";',
        "export default 1;",
        "export default (one) => one;",
        "export default const one = 1;",
        "export default function () {}",
        "export default class {}",
        "await one;",
        "let one = 1;",
        "one = 1;",
        "`\nexport const one = 1;\nand more`;",
        "if (one) {\n}",
        'const text = "export";',
        'const text = "</script>";',
        "// <!-- is a comment here and opens one elsewhere",
    ],
)
def test_every_other_form_is_refused_by_line(tmp_path: Path, source: str) -> None:
    entry = written(tmp_path, entry=f"const first = 1;\n{source}\n", other="export const one = 1;\n")
    with pytest.raises(ModuleError, match=r"^entry\.js:[23]: .+ cannot be joined"):
        joined(entry)


@pytest.mark.parametrize(
    ("sources", "reason"),
    [
        ({"entry": 'import { one } from "./other.js";'}, "other.js: there is no such module"),
        (
            {"entry": 'import { one } from "./other.js";', "other": "export const two = 2;"},
            "entry.js: other.js does not export one",
        ),
        (
            {"entry": 'import one from "./other.js";', "other": "export const one = 1;"},
            "entry.js: other.js does not export default",
        ),
        (
            # The second name of a declaration is not seen, so nobody can take it.
            {"entry": 'import { two } from "./other.js";', "other": "export const one = 1,\n  two = 2;"},
            "entry.js: other.js does not export two",
        ),
        (
            {
                "entry": 'import { one } from "./other.js";\nexport const two = 2;',
                "other": 'import { two } from "./entry.js";\nexport const one = two;',
            },
            "modules import each other in a circle: entry.js → other.js → entry.js",
        ),
    ],
)
def test_what_is_not_there_and_circles_are_refused(
    tmp_path: Path, sources: dict[str, str], reason: str
) -> None:
    with pytest.raises(ModuleError) as refused:
        joined(written(tmp_path, **sources))
    assert str(refused.value) == reason


def test_the_standalone_page_holds_the_whole_player() -> None:
    script = joined(STATIC / "standalone.js")
    held = re.findall(r"^modules\[\d+\] = \(\(\) => \{ // (.+)$", script, re.MULTILINE)
    assert sorted(held) == sorted([*(file.name for file in PLAYER.glob("*.js")), "standalone.js"])
    assert held[-1] == "standalone.js"
