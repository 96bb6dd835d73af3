"""Hostile files by the thousand: `python -m benchmarks.hostile --cases 10000`.

Each case is a valid file broken in a random but repeatable way, then read and checked. The run
counts what must not be: crashes (anything but a refusal in words), cases over five seconds of the
processor, and false accepts (a spoilt row that passes, or one with cells that nobody wrote).
"""

import argparse
import contextlib
import json
import resource
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from threading import Timer

from benchmarks.spoil import ROWS, Case, Spoiler
from meks_geo import i18n
from meks_geo.errors import InputError, Problem
from meks_geo.intake import checking
from meks_geo.intake.model import RawFile, Verdict
from meks_geo.intake.reading import read
from meks_geo.registers import read_schemas
from meks_geo.store import Store
from tests.intake import builders_reading as make

SLOW_S = 5.0
HANG_S = 60.0
START_S = 300.0
MEMORY_BYTES = 4_000_000_000
TODAY = date(2026, 11, 22)

Check = Callable[[RawFile], Verdict]


def checker(var: Path) -> Check:
    """Return the check of a file against the shipped registers."""
    root = Path(__file__).resolve().parents[1]
    store = Store(root=root, var=var)
    store.build()
    data, schemas = store.dataset(), read_schemas(root / "data")
    return lambda raw: checking.check(raw, data, schemas, today=TODAY)


def original() -> dict[str, dict[str, str]]:
    """Return the cells of the valid rows by id, as text."""
    rows = [[str(cell) for cell in row] for row in make.network_rows(ROWS)]
    return {row[0]: dict(zip(make.HEADER, row, strict=True)) for row in rows}


def examine(case: Case, folder: Path, check: Check, truth: dict[str, dict[str, str]]) -> dict:
    """Read and check one case; return its outcome, and what went wrong if anything did."""
    path = folder / case.name
    path.write_bytes(case.content)
    # of this process alone: other work on the machine does not make a file slow to read
    start = time.process_time()
    fault, outcome, problems = "", "passed", ()
    try:
        verdict = check(read(path))
        problems = verdict.problems
        outcome = "passed" if verdict.passed else "found"
        fault = false_accept(case, verdict, truth)
    except InputError as error:
        outcome, problems = "refused", error.problems
    except BaseException as error:  # noqa: BLE001 - a panic of a reader in Rust is no Exception
        if isinstance(error, KeyboardInterrupt):
            raise
        outcome, fault = "crash", traceback.format_exc(limit=-4)
    seconds = time.process_time() - start
    fault = fault or unspoken(problems)
    if seconds > SLOW_S:
        fault = fault or f"slow: {seconds:.1f} s"
    return {"way": case.way, "outcome": outcome, "fault": fault, "seconds": round(seconds, 3)}


def unspoken(problems: Sequence[Problem]) -> str:
    """Return what a problem lacks to be told in all three languages; "" if nothing."""
    for one in problems:
        for lang in ("kk", "ru", "en"):
            try:
                i18n.problem_text(lang, one)
            except (KeyError, ValueError, IndexError) as error:
                return f"no words: {one.code} in {lang}: {error!r}"
    return ""


def false_accept(case: Case, verdict: Verdict, truth: dict[str, dict[str, str]]) -> str:
    """Return why a row that passed should not have; "" if all is well."""
    table = verdict.tables.get("networks")
    if table is None:
        return ""
    for row in table.frame.drop(columns="geometry", errors="ignore").to_dict("records"):
        name = str(row["network_id"])
        if name in case.spoilt:
            return f"false accept: {name}"
        if case.intact and (name not in truth or differs(row, truth[name])):
            return f"false accept: {name} changed: {row}"
    return ""


def differs(row: dict[str, object], truth: dict[str, str]) -> bool:
    """Whether a text of a row is not what its author wrote; numbers are typed and left out."""
    return any(
        isinstance(cell, str) and column in truth and cell not in ("", truth[column])
        for column, cell in row.items()
    )


def outcomes(seed: int, numbers: Sequence[int], check: Check) -> Iterator[tuple[int, dict]]:
    """Yield number and outcome of each case."""
    spoiler, truth = Spoiler(seed), original()
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        for number in numbers:
            yield number, examine(spoiler.case(number), Path(folder), check, truth)


def work(seed: int, first: int, last: int) -> None:
    """Examine a range of cases, one line of JSON each, in a process that may die of them."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    with tempfile.TemporaryDirectory(prefix="hostile-var-") as var:
        check = checker(Path(var))
        sys.stdout.write("ready\n")
        for number, outcome in outcomes(seed, range(first, last), check):
            sys.stdout.write(json.dumps({"number": number, **outcome}) + "\n")
            sys.stdout.flush()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(json.dumps({"peak_mb": peak}) + "\n")


def supervise(seed: int, cases: int) -> tuple[list[dict], int]:
    """Run all cases in child processes; a child that dies is a crash of the case it was at."""
    done: list[dict] = []
    peak_mb = 0
    while len(done) < cases:
        first = len(done)
        command = [sys.executable, "-m", "benchmarks.hostile", "--worker", f"{first}:{cases}"]
        command += ["--seed", str(seed)]
        with tempfile.TemporaryFile("w+") as said:
            child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, text=True)  # noqa: S603
            watch = Timer(START_S, child.kill)
            watch.start()
            for line in child.stdout or ():
                watch.cancel()
                watch = Timer(HANG_S, child.kill)
                watch.start()
                with contextlib.suppress(json.JSONDecodeError):
                    one = json.loads(line)
                    if "number" in one:
                        done.append(one)
                    peak_mb = max(peak_mb, one.get("peak_mb", 0))
            code = child.wait()
            watch.cancel()
            said.seek(0)
            noise = said.read()[-2000:]
        if len(done) == first and code:
            sys.exit(f"the worker does not start:\n{noise}")
        if code:
            done.append({"way": "?", "outcome": "crash", "fault": f"exit {code}: {noise}"})
        elif noise.strip():
            done[-1]["fault"] = done[-1]["fault"] or f"printed: {noise[:500]}"
    return done, peak_mb


def main() -> int:
    """Run the cases and print what was found; return 1 if anything was that must not be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--worker", default="", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker:
        first, last = map(int, given.worker.split(":"))
        work(given.seed, first, last)
        return 0
    start = time.monotonic()
    done, peak_mb = supervise(given.seed, given.cases)
    faults = [(number, one) for number, one in enumerate(done) if one["fault"]]
    kinds = Counter((one["way"].split(":")[0], one["outcome"]) for one in done)
    for (kind, outcome), times in sorted(kinds.items()):
        print(f"{kind:10} {outcome:8} {times:6}")
    slowest = max(one.get("seconds", 0) for one in done)
    print(f"cases {len(done)}, seed {given.seed}, {time.monotonic() - start:.0f} s in all")
    print(f"slowest {slowest} s, peak memory {peak_mb} MB")
    for title in ("crash", "slow", "false accept", "no words", "printed"):
        hits = [
            (number, one)
            for number, one in faults
            if one["fault"].startswith(title) or (title == "crash" and one["outcome"] == "crash")
        ]
        print(f"{title}: {len(hits)}")
        for number, one in hits[:20]:
            print(f"  case {number}, {one['way']}: {one['fault'].strip()[-600:]}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
