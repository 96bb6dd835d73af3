"""Commands that write files: snapshot, export, deck; and verify-deck, which reads one again."""

import sys
from datetime import datetime
from pathlib import Path

import click

from meks_geo import i18n, papers, queries, stories, storyfile
from meks_geo.commandline import (
    BAD_DATA,
    UNUSABLE,
    bar,
    complain,
    dataset,
    lang_option,
    language_of,
    print_json,
    say_dropped,
    today,
    view_of,
)
from meks_geo.config import stamp
from meks_geo.errors import InputError, Problem, by_system
from meks_geo.exports import deckreader, verify
from meks_geo.exports.outputs import (
    DECKS,
    FILES,
    LAYERED,
    LAYERS,
    OUTPUTS,
    PRINTS,
    Choice,
    Scenes,
    with_plans,
)
from meks_geo.files import STAGING
from meks_geo.store import Store

_view = click.option(
    "--view", "query", default="", help="a query string, as in the address of the page"
)
_out = click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)


def _unknown_ending(lang: str, out: Path, allowed: tuple[str, ...]) -> None:
    """End the command: there is no such kind of file."""
    params = {"nearest": ", ".join(allowed)}
    complain(lang, (Problem("unknown-code", out.name, value=out.suffix, params=params),))
    sys.exit(UNUSABLE)


def _write(lang: str, out: Path, content: bytes) -> None:
    """Put a made file in its place at once; what stood there stays if that is not possible."""
    staging = out.with_name(f"{out.name}{STAGING}")
    try:
        staging.write_bytes(content)
        staging.replace(out)
    except OSError as error:
        if staging.is_file():
            staging.unlink()
        complain(lang, (by_system("unwritable-file", out.name, error),))
        sys.exit(UNUSABLE)


def _make(out: Path, code: str, query: str, lang: str | None, choice: Choice) -> None:
    """Make one kind of file of a view and write it."""
    language = language_of(lang)
    view, dropped = view_of(query, lang)
    data = dataset(language, view.rev)
    view, unknown = queries.known_only(data, view)
    for _, _, scene in choice.scenes:
        unknown += queries.known_only(data, scene)[1]
    progress = bar(language, "cli.making")
    try:
        choice, view, gone = with_plans(choice, view, Store().plan)
        say_dropped(language, dropped + unknown + gone)
        made = OUTPUTS[code].make(data, view, choice, progress)
    except InputError as error:
        complain(language, error.problems)
        sys.exit(UNUSABLE)
    _write(language, out, made)


@click.command()
@_view
@_out
@click.option("--paper", type=click.Choice(papers.PAPERS), default="a4")
@click.option("--orientation", type=click.Choice(papers.ORIENTATIONS), default="landscape")
@click.option("--dpi", type=click.IntRange(72, 600), default=300)
@lang_option
def snapshot(
    query: str, out: Path, paper: str, orientation: str, dpi: int, lang: str | None
) -> None:
    """Draw a view as a picture for paper."""
    fmt = out.suffix.removeprefix(".").lower()
    if fmt not in PRINTS:
        _unknown_ending(language_of(lang), out, PRINTS)
    most = papers.most_dpi(papers.paper(paper, orientation))
    if fmt == "png" and dpi > most:
        problem = Problem("out-of-range", "--dpi", value=str(dpi), params={"low": 72, "high": most})
        complain(language_of(lang), (problem,))
        sys.exit(UNUSABLE)
    choice = Choice(fmt=fmt, paper=paper, orientation=orientation, dpi=dpi, stamp=stamp())
    _make(out, fmt, query, lang, choice)


@click.command()
@_view
@_out
@click.option("--layer", type=click.Choice(LAYERS["csv"]), help="what a CSV or a GeoJSON holds")
@lang_option
def export(query: str, out: Path, layer: str | None, lang: str | None) -> None:
    """Write what a view lets through as a file of data, or as a page that needs no server."""
    code = out.suffix.removeprefix(".").lower()
    known = tuple(one for one in LAYERED if layer in LAYERS[one]) if layer else FILES
    if code not in known:
        _unknown_ending(language_of(lang), out, known)
    _make(out, code, query, lang, Choice(stamp=stamp(), layer=layer or ""))


@click.command()
@_view
@_out
@click.option("--atlas", is_flag=True, help="one page a region")
@click.option("--story", "story_file", type=click.Path(path_type=Path), help="the views of a story")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), help="the day with which an atlas compares"
)
@lang_option
def deck(
    query: str,
    out: Path,
    atlas: bool,
    story_file: Path | None,
    since: datetime | None,
    lang: str | None,
) -> None:
    """Write a deck of a view, of a story, or with one page a region."""
    language = language_of(lang)
    code = DECKS.get((out.suffix.lower(), atlas))
    if code is None:
        _unknown_ending(language, out, ("pptx", "pdf"))
        return
    if since is not None and code != "atlas":
        click.echo(i18n.text(language, "cli.since_is_of_an_atlas"), err=True)
        sys.exit(UNUSABLE)
    if atlas and story_file is not None:
        click.echo(i18n.text(language, "cli.story_is_no_atlas"), err=True)
        sys.exit(UNUSABLE)
    scenes = () if story_file is None else _scenes(language, story_file, query, lang)
    day = None if since is None else since.date()
    _make(out, code, query, lang, Choice(scenes=tuple(scenes), stamp=stamp(), since=day))


def _scenes(language: str, file: Path, query: str, lang: str | None) -> Scenes:
    """Return the views of a story in the language of the view; ends the command if it is none."""
    try:
        content = _read(file, storyfile.MOST_BYTES)
        story = stories.read(content, today(), name=file.name)
    except InputError as error:
        complain(language, error.problems)
        sys.exit(UNUSABLE)
    complain(language, story.problems)
    return story.scenes_in(view_of(query, lang)[0].lang)


def _read(file: Path, most: int) -> bytes:
    """Return what is in a file that came from outside.

    Raises
    ------
    InputError
        If it is too large or cannot be read.
    """
    try:
        size = file.stat().st_size
        if size > most:
            raise InputError([Problem("too-large", file.name, value=str(size))])
        return file.read_bytes()
    except OSError as error:
        raise InputError([by_system("unreadable-file", file.name, error)]) from error


@click.command(name="verify-deck")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="one JSON document on standard output")
@click.option(
    "--refresh",
    type=click.Path(dir_okay=False, path_type=Path),
    help="where to write the same deck with the figures of today",
)
@lang_option
def verify_deck(file: Path, as_json: bool, refresh: Path | None, lang: str | None) -> None:
    """Say which statements of a deck are no longer true: exit code 0 none, 1 some, 2 no deck."""
    language = language_of(lang)
    data = dataset(language)
    try:
        content = _read(file, deckreader.MAX_BYTES)
        kept = Store().plan_versions
        report = verify.verify(data, content, today(), language, name=file.name, versions=kept)
        made = b""
        if refresh:
            made = verify.refresh(data, content, today(), name=file.name, versions=kept)
    except InputError as error:
        complain(language, error.problems)
        sys.exit(UNUSABLE)
    if refresh:
        _write(language, refresh, made)
    if as_json:
        print_json(verify.document(data, report))
    else:
        for line in (*report.changed, *report.derived):
            click.echo(f"{line.statement}: {line.then_text} -> {line.now_text}")
        counts = {"changed": len(report.changed), "unchanged": report.unchanged}
        words = {name: i18n.number(language, count) for name, count in counts.items()}
        click.echo(i18n.text(language, "cli.verified", **words))
    if report.changed or report.derived:
        sys.exit(BAD_DATA)


#: Everything of this module, for the command line.
COMMANDS = (snapshot, export, deck, verify_deck)
