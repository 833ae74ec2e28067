"""JavaScript modules as one script, for a page that has nobody to ask for files.

Each module becomes a function that returns what it exports, called after those it imports. Its text is read
statement by statement, as the formatter of this project lays them out: what stands at the left edge begins or
ends a statement of the module, everything else is inside one. Whatever is not one of the forms below is
refused, because a wrong page would be found by its reader only.
"""

from __future__ import annotations

import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

__all__ = ["ModuleError", "joined"]

_NAME = r"[A-Za-z_$][\w$]*"
_COMMENT = re.compile(r"/\*.*?\*/|(?:^|(?<=\s))//[^\n]*", re.DOTALL | re.MULTILINE)
_NAMES = rf"\{{\s*{_NAME}(?: as {_NAME})?(?:,\s*{_NAME}(?: as {_NAME})?)*,?\s*\}}"
_FILE = r'from "(?P<file>\.\.?/[\w./-]+)";'
_IMPORT = re.compile(
    rf"import (?!from )(?:(?P<default>{_NAME})(?:, (?={{)| (?=from)))?(?:(?P<names>{_NAMES}) )?{_FILE}"
)
_EXPORT = re.compile(
    r"export (?P<default>default (?!const))?"
    rf"(?P<statement>(?:(?:async )?function|class|const(?= {_NAME} = )) (?P<name>{_NAME}))\b"
)
_OTHERS = re.compile(rf"(?:(?:async )?function|class|const) |for \(|{_NAME}\(|[\]}})]")
_ENDS_A_SCRIPT = re.compile(r"</script|<script|<!--", re.IGNORECASE)


class ModuleError(Exception):
    """A module holds what `joined` does not understand."""


class _Module(NamedTuple):
    """What a module imports and exports, each name with the one it has inside; the rest of its text."""

    imports: list[tuple[Path, dict[str, str]]]
    exports: dict[str, str]
    body: str


def joined(entry: Path) -> str:
    """Return a module and all that it imports as one script in strict mode.

    Parameters
    ----------
    entry
        File of the module that runs last; what it exports is dropped.

    Returns
    -------
    str
        JavaScript without anything that would end the HTML ``script`` element that holds it.

    Raises
    ------
    ModuleError
        If a module holds a form that is not understood, or imports what is not there, or itself.
    """
    modules: dict[Path, _Module] = {}
    waiting = [entry.resolve()]
    while waiting:
        file = waiting.pop()
        if file not in modules:
            modules[file] = _read(file)
            waiting += [imported for imported, _ in modules[file].imports]
    number = {file: k for k, file in enumerate(sorted(modules))}
    written = ['"use strict";\nconst modules = [];\n']
    for file in _in_order(modules):
        module = modules[file]
        for imported, names in module.imports:
            if unknown := names.keys() - modules[imported].exports.keys():
                raise ModuleError(
                    f"{file.name}: {imported.name} does not export {', '.join(sorted(unknown))}"
                )
        taken = [
            f"const {_pairs(names)} = modules[{number[imported]}];\n" for imported, names in module.imports
        ]
        written += [
            f"modules[{number[file]}] = (() => {{ // {file.name}\n",
            *taken,
            f"{module.body}\nreturn {_pairs(module.exports)};\n}})();\n",
        ]
    return "".join(written)


def _in_order(modules: dict[Path, _Module]) -> list[Path]:
    """Return the modules, each after those that it imports."""
    graph = {file: [imported for imported, _ in module.imports] for file, module in modules.items()}
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = " → ".join(file.name for file in error.args[1])
        raise ModuleError(f"modules import each other in a circle: {circle}") from None


def _pairs(names: dict[str, str]) -> str:
    return f"{{ {', '.join(f'{name}: {inside}' for name, inside in names.items())} }}"


def _read(file: Path) -> _Module:
    """Return the parts of a module."""
    try:
        source = file.read_text("utf-8")
    except FileNotFoundError:
        raise ModuleError(f"{file.name}: there is no such module") from None

    def refused(position: int, what: str) -> ModuleError:
        line = source.count("\n", 0, position) + 1
        return ModuleError(f"{file.name}:{line}: {what.strip()!r} cannot be joined; {__name__} says what can")

    if found := _ENDS_A_SCRIPT.search(source):
        raise refused(found.start(), found[0])
    code = _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), source)
    imports: list[tuple[Path, dict[str, str]]] = []
    exports: dict[str, str] = {}
    heads = set()
    rest, end = "", 0  # what is kept of the text up to there
    for statement in re.finditer(r"^\S[^\n]*", code, re.MULTILINE):
        start = statement.start()
        if start < end or _OTHERS.match(code, start):
            continue
        heads.add(start)
        rest += source[end:start]
        if found := _IMPORT.match(code, start):
            imports.append(((file.parent / found["file"]).resolve(), _imported(found)))
            end = found.end()
        elif found := _EXPORT.match(code, start):
            exports["default" if found["default"] else found["name"]] = found["name"]
            end = found.start("statement")
        else:
            raise refused(start, statement[0])
    rest += source[end:]
    # Any other of these words is inside a statement: a module that is asked for as it runs, or a text.
    for found in re.finditer(r"\b(?:import|export)\b[^\n]*", code):
        if found.start() not in heads:
            raise refused(found.start(), found[0])
    return _Module(imports, exports, rest.strip("\n"))


def _imported(statement: re.Match[str]) -> dict[str, str]:
    """Return the names that an import takes, each with the one it has inside."""
    names = {"default": statement["default"]} if statement["default"] else {}
    for name in filter(None, map(str.strip, (statement["names"] or "").strip("{}").split(","))):
        given, _, inside = name.partition(" as ")
        names[given] = inside or given
    return names
