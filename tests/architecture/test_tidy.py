"""What a machine can say about the style of the house."""

from __future__ import annotations

import ast
import json
import re

from source_tree import ROOT, SOURCE_SUFFIXES, place, python_modules, source_files, syntax_of, tracked_files

LINE_LENGTH_MAX = 120
FUNCTION_LINES_MAX = 60
FILE_LINES_MAX = 500
PICTURE_BYTES_MAX = 600_000
UNFINISHED = re.compile(
    r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|Not" + r"ImplementedError)\b|\bto" + r"do!\(|\bunimple" + r"mented!\("
)
ADDRESSES = re.compile(
    r"pypi\.org|python" + r"hosted\.org|registry\.npm" + r"js|static\.crates\.io|index\.crates\.io"
    r"|--(extra-)?index-url|--find-links|--trusted-host|\"resolved\":"
)


def test_lines_are_short() -> None:
    long = [
        place(path, number)
        for path in tracked_files()
        if path.suffix in SOURCE_SUFFIXES | {".css", ".toml", ".yaml", ".yml", ".sh"}
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > LINE_LENGTH_MAX
    ]
    assert long == []


def test_files_are_about_one_noun() -> None:
    assert [place(path) for path in source_files() if len(path.read_text().splitlines()) > FILE_LINES_MAX] == []


def test_functions_fit_on_a_screen() -> None:
    long = [
        f"{place(path, node.lineno)} {node.name}"
        for path in tracked_files()
        if path.suffix == ".py"
        for node in ast.walk(syntax_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > FUNCTION_LINES_MAX
    ]
    assert long == []


def test_nothing_is_left_for_later() -> None:
    marks = [
        place(path, number)
        for path in source_files()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert marks == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [place(path) for path in python_modules() if not ast.get_docstring(syntax_of(path))]
    assert silent == []


def test_only_small_pictures_are_binary() -> None:
    binary = [path for path in tracked_files() if b"\0" in path.read_bytes()]
    pictures = ROOT / "docs" / "images"
    misplaced = [path for path in binary if path.suffix != ".png" or not path.is_relative_to(pictures)]
    assert [place(path) for path in misplaced] == []
    assert [place(path) for path in binary if path.stat().st_size > PICTURE_BYTES_MAX] == []


def test_no_committed_file_names_a_package_index() -> None:
    named = [
        place(path, number)
        for path in tracked_files()
        if path.suffix != ".png" and path.name != "test_tidy.py"
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if ADDRESSES.search(line)
    ]
    assert named == []


def test_python_libraries_are_pinned_by_hash() -> None:
    for name in ("runtime", "dev", "build"):
        lock = (ROOT / "requirements" / f"{name}.txt").read_text().replace("\\\n", "")
        entries = [line for line in lock.splitlines() if line.strip() and not line.startswith("#")]
        assert entries
        assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_page_libraries_are_pinned_by_hash() -> None:
    packages = json.loads((ROOT / "web" / "package-lock.json").read_text())["packages"]
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []


def test_the_makefile_has_few_targets_and_each_has_a_help_line() -> None:
    makefile = (ROOT / "Makefile").read_text()
    helped = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    phony = {word for line in re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE) for word in line.split()}
    assert len(helped) <= 15
    assert phony - helped == {"no-kernel", "no-web"}


def test_test_files_have_names_of_their_own() -> None:
    names = [path.name for path in tracked_files() if path.name.startswith("test_") and path.suffix == ".py"]
    assert sorted(names) == sorted(set(names))
