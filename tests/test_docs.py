"""The documentation is tested: each command line in it runs, each link leads somewhere, no command goes unmentioned."""

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from cli import main
from tests.conftest import ROOT, WORLD, Demo, nichescout

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
CONTEXT = click.Context(main)
CONSOLE = re.compile(r"```console\n(.*?)```", re.S)


def _command_lines() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for block in CONSOLE.findall(page.read_text("utf-8")):
            for line in block.splitlines():
                if line.startswith("$ nichescout"):
                    yield page.name, line.removeprefix("$ nichescout").split("   #")[0].strip()


def _commands(group: click.Group, prefix: str = "") -> Iterator[str]:
    for name in group.list_commands(CONTEXT):
        command = group.get_command(CONTEXT, name)
        if isinstance(command, click.Group):
            yield from _commands(command, f"{prefix}{name} ")
        else:
            yield prefix + name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("command", sorted(_commands(main)))
def test_every_command_is_in_the_readme_and_has_help(command: str) -> None:
    assert re.search(rf"`(nichescout )?{command}\b", (ROOT / "README.md").read_text("utf-8"))
    found: click.Command | None = main
    for name in command.split():
        assert isinstance(found, click.Group)
        found = found.get_command(CONTEXT, name)
    assert found is not None
    assert found.help


def test_the_tests_that_safety_names_exist() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (ROOT / "docs" / "safety.md").read_text("utf-8"))
    assert len(named) > 15
    for file, name in named:
        assert f"def {name}(" in (ROOT / file).read_text("utf-8"), (file, name)


CHANGES = {"discover", "forget", "schedule", "hosts", "restore", "crawl"}  # run on a copy: others read the demo
FIRST = {  # what such a line presupposes
    "schedule remove": ["schedule", "add", "east coast sushi"],
    "hosts allow": ["hosts", "pause", "forum.example", "--reason", "they asked us"],
    "restore nichescout.tar.gz": ["backup", "nichescout.tar.gz"],
}


@pytest.mark.slow
@pytest.mark.parametrize(("page", "line"), sorted(set(_command_lines())))
def test_command_lines_run(page: str, line: str, demo: Demo, tmp_path: Path) -> None:
    """As written, but without a network: a live discovery is replayed, a page to read is a file."""
    arguments = shlex.split(line)
    (tmp_path / "saved.html").write_text("<title>Rolls</title><p>Sushi, and nothing else.")
    if arguments[0] == "discover" and not {"--replay", "--dry-run"} & set(arguments):
        arguments += ["--replay", str(WORLD)]
    arguments = [str(ROOT / argument) if argument.startswith("fixtures/") else argument for argument in arguments]
    data = tmp_path / "data" if arguments[0] in ("init", "import") else demo.data
    if arguments[0] in CHANGES:
        data = Path(shutil.copytree(demo.data, tmp_path / "data"))
    contact = {"NICHESCOUT_CONTACT": "https://operator.example/"}
    if before := FIRST.get(" ".join(arguments[:2])):
        assert nichescout("--data", str(data), *before, cwd=tmp_path, env=contact).code == 0
    ran = nichescout("--data", str(data), *arguments, cwd=tmp_path, env=contact, stdin="https://operator.example/\n")
    assert ran.code == 0, ran.err
