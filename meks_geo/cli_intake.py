"""Commands around files that come in: template, check, diff, publish, history, backup."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from meks_geo import i18n
from meks_geo.commandline import (
    BAD_DATA,
    UNUSABLE,
    bar,
    complain,
    dataset,
    lang_option,
    language_of,
    print_json,
    today,
)
from meks_geo.errors import InputError, MovedOnError, Problem, by_system
from meks_geo.intake import compare, door, template
from meks_geo.intake.compare import Difference
from meks_geo.journal import Entry
from meks_geo.model import Dataset
from meks_geo.rights import LOCAL, Action, may
from meks_geo.store import Store
from meks_geo.vocabulary import REGIONS

_FILE = click.argument("file", type=click.Path(path_type=Path))
_TABLES = click.Choice(compare.TABLES)
_replace = click.option(
    "--replace",
    is_flag=True,
    help="take off what FILE lacks of its regions, manufacturers and projects",
)
_json = click.option("--json", "as_json", is_flag=True, help="one JSON document on standard output")


@contextmanager
def _complaining(lang: str, code: int) -> Iterator[None]:
    """Turn what stands against a command into lines on standard error and an exit code."""
    try:
        yield
    except InputError as error:
        complain(lang, error.problems)
        unwritable = any(p.code == "unwritable-file" for p in error.problems)
        sys.exit(UNUSABLE if unwritable else code)
    except MovedOnError as error:
        complain(lang, (Problem("moved-on", "var", value=str(error)),))
        sys.exit(BAD_DATA)


def _allow(lang: str, action: Action, region: str = "") -> None:
    if not may(LOCAL, action, region):
        complain(lang, (Problem("not-allowed", "-", value=action),))
        sys.exit(UNUSABLE)


def _examined(
    lang: str, file: Path, table: str | None, *, as_json: bool
) -> tuple[Dataset, door.Checked]:
    """Return a checked file; one that cannot be used at all ends the command with code 2."""
    _allow(lang, Action.CHECK)
    data = dataset(lang)
    progress = bar(lang, "cli.checking")
    checked = door.examine(Store(), data, file, table=table or "", today=today(), progress=progress)
    if checked.raw is None:
        if as_json:
            print_json(_verdict_json(lang, checked))
        complain(lang, checked.verdict.problems)
        sys.exit(UNUSABLE)
    return data, checked


def _verdict_json(lang: str, checked: door.Checked) -> dict[str, object]:
    verdict = checked.verdict
    return {
        "file": verdict.file,
        "rows": verdict.rows,
        "accepted": verdict.accepted,
        "problems": [
            {
                "code": p.code,
                "severity": p.severity,
                "table": p.table,
                "row": p.row,
                "column": p.column,
                "value": p.value,
                "message": i18n.problem_text(lang, p),
            }
            for p in verdict.problems
        ],
    }


@click.command(name="template")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.option("--region", type=click.Choice(["KZ", *REGIONS]), help="whose objects are filled in")
@lang_option
def template_command(out: Path, region: str | None, lang: str | None) -> None:
    """Write the workbook that a region fills in."""
    language = language_of(lang)
    data = dataset(language)
    book = template.workbook(
        data, Store().schemas(), lang=language, region=region or "", today=today()
    )
    try:
        out.write_bytes(book)
    except OSError as error:
        complain(language, (by_system("unwritable-file", out.name, error),))
        sys.exit(UNUSABLE)


@click.command(name="check")
@_FILE
@click.option("--table", type=_TABLES, help="what a file with one table holds")
@_json
@lang_option
def check_command(file: Path, table: str | None, as_json: bool, lang: str | None) -> None:
    """Say all that is wrong with FILE: exit code 0 nothing, 1 something, 2 not usable."""
    language = language_of(lang)
    _, checked = _examined(language, file, table, as_json=as_json)
    verdict = checked.verdict
    if as_json:
        print_json(_verdict_json(language, checked))
    else:
        complain(language, verdict.problems)
        words = i18n.text(
            language,
            "cli.checked",
            accepted=i18n.number(language, verdict.accepted),
            rows=i18n.number(language, verdict.rows),
        )
        click.echo(words)
    if any(p.severity == "error" for p in verdict.problems):
        sys.exit(BAD_DATA)


@click.command(name="diff")
@_FILE
@click.option("--table", type=_TABLES, help="what a file with one table holds")
@_replace
@_json
@lang_option
def diff_command(
    file: Path, table: str | None, replace: bool, as_json: bool, lang: str | None
) -> None:
    """Say what publishing FILE would add, change and remove."""
    language = language_of(lang)
    data, checked = _examined(language, file, table, as_json=False)
    _refuse_faulty(language, checked)
    with _complaining(language, BAD_DATA):
        proposal = door.propose(Store(), data, checked, author=LOCAL, day=today(), replace=replace)
    complain(language, proposal.problems)
    if as_json:
        print_json(difference_json(proposal.difference))
        return
    _print_difference(language, proposal.difference)


def _refuse_faulty(lang: str, checked: door.Checked) -> None:
    """End the command when the file has faults or no rows: nothing of it may be published."""
    verdict = checked.verdict
    complain(lang, verdict.problems)
    faulty = any(p.severity == "error" for p in verdict.problems)
    if not faulty and not verdict.accepted:
        click.echo(i18n.text(lang, "intake.empty"), err=True)
    if not verdict.passed:
        sys.exit(BAD_DATA)


def difference_json(found: Difference) -> dict[str, object]:
    """Return a difference as plain JSON values."""
    return {
        "before": found.before,
        "after": found.after,
        "at": found.at.isoformat(),
        "counts": found.counts,
        "tables": {
            name: {
                "added": list(table.added),
                "changed": [
                    {"id": subject, "fields": [asdict(one) for one in fields]}
                    for subject, fields in table.changed.items()
                ],
                "removed": list(table.removed),
                "unchanged": table.unchanged,
            }
            for name, table in found.tables.items()
        },
        "totals": {"before": asdict(found.totals_before), "after": asdict(found.totals_after)},
        "removed_share": [
            {"region": region, "table": table, "share": round(share, 4)}
            for (region, table), share in found.removed_share.items()
        ],
    }


def _print_difference(lang: str, found: Difference) -> None:
    for name, table in found.tables.items():
        words = i18n.text(
            lang,
            "diff.line",
            table=i18n.text(lang, f"sheet.{name}"),
            added=i18n.number(lang, len(table.added)),
            changed=i18n.number(lang, len(table.changed)),
            removed=i18n.number(lang, len(table.removed)),
            unchanged=i18n.number(lang, table.unchanged),
        )
        click.echo(words)


@click.command(name="publish")
@_FILE
@click.option("--table", type=_TABLES, help="what a file with one table holds")
@click.option("--author", required=True, help="who publishes")
@click.option("--note", required=True, help="why")
@_replace
@click.option("--allow-removal", is_flag=True, help="also when more than a tenth of a region goes")
@_json
@lang_option
def publish_command(
    file: Path,
    table: str | None,
    *,
    author: str,
    note: str,
    replace: bool,
    allow_removal: bool,
    as_json: bool,
    lang: str | None,
) -> None:
    """Check FILE, compare it, make it part of the map of record; print the revision."""
    language = language_of(lang)
    _allow(language, Action.PUBLISH)
    data, checked = _examined(language, file, table, as_json=False)
    _refuse_faulty(language, checked)
    with _complaining(language, BAD_DATA):
        proposal = door.propose(Store(), data, checked, author=author, day=today(), replace=replace)
        entry = door.publish(
            Store(), proposal, note=note, allow_removal=allow_removal, progress=bar(language)
        )
    _print_entry(entry, as_json=as_json)


def _print_entry(entry: Entry, *, as_json: bool) -> None:
    if as_json:
        print_json(entry_json(entry))
    else:
        click.echo(entry.revision)


def entry_json(entry: Entry) -> dict[str, object]:
    """Return an entry of the journal as plain JSON values."""
    return {
        "entry": entry.number,
        "kind": entry.kind,
        "at": entry.at,
        "author": entry.author,
        "note": entry.note,
        "revision": entry.revision,
        "file": entry.file,
        "sha256": entry.sha256,
        "counts": dict(entry.counts),
        "target": entry.target,
    }


@click.command(name="history")
@_json
@lang_option
def history_command(as_json: bool, lang: str | None) -> None:
    """List the journal: who changed the map of record, when, from which file and why."""
    language = language_of(lang)
    entries: Sequence[Entry] = Store().history()
    if as_json:
        print_json([entry_json(entry) for entry in entries])
        return
    for entry in entries:
        kind = i18n.text(language, f"history.{entry.kind}")
        parts = [str(entry.number), entry.at, entry.revision, kind, entry.author, entry.file]
        click.echo("  ".join(part for part in [*parts, entry.note] if part))


@click.command(name="rollback")
@click.argument("entry", type=int)
@click.option("--author", required=True, help="who brings it back")
@click.option("--note", required=True, help="why")
@_json
@lang_option
def rollback_command(entry: int, author: str, note: str, as_json: bool, lang: str | None) -> None:
    """Bring back the state of ENTRY by a new entry; print the revision."""
    language = language_of(lang)
    _allow(language, Action.ROLLBACK)
    missing = [
        Problem("missing-value", "rollback", column=name)
        for name, text in (("author", author), ("note", note))
        if not text.strip()
    ]
    if missing:
        complain(language, missing)
        sys.exit(UNUSABLE)
    try:
        with _complaining(language, BAD_DATA):
            made = Store().rollback(entry, author=author, note=note)
    except LookupError:
        complain(language, (Problem("unknown-entry", "ENTRY", value=str(entry)),))
        sys.exit(UNUSABLE)
    _print_entry(made, as_json=as_json)


@click.command(name="backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@lang_option
def backup_command(file: Path, lang: str | None) -> None:
    """Put the journal, the accepted files and the kept revisions into FILE, while all runs on."""
    language = language_of(lang)
    with _complaining(language, UNUSABLE):
        Store().backup(file)


@click.command(name="restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--author", default=LOCAL, help="who restores")
@lang_option
def restore_command(file: Path, author: str, lang: str | None) -> None:
    """Bring back a backup; what is there now stays beside it. Prints the revision."""
    language = language_of(lang)
    _allow(language, Action.ROLLBACK)
    with _complaining(language, UNUSABLE):
        click.echo(Store().restore(file, author=author))


#: Everything of this module, for the command line.
COMMANDS = (
    *(template_command, check_command, diff_command, publish_command),
    *(history_command, rollback_command, backup_command, restore_command),
)
