"""The web servers under test, each a process of its own on a free port."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

_RIVALS = Path(__file__).parent / "rivals"
_START_S = 60.0


def environment(var: Path, **more: str) -> dict[str, str]:
    """Return the environment of a child process whose published data is in `var`."""
    return {**os.environ, "MEKS_GEO_VAR": str(var), "PYTHONPATH": str(ROOT), **more}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + _START_S
    while time.monotonic() < ends:
        if process.poll() is not None:
            msg = f"the server of {url} ended with code {process.returncode}"
            raise RuntimeError(msg)
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=1):
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.1)
    msg = f"the server of {url} did not answer in {_START_S:.0f} s"
    raise RuntimeError(msg)


@contextmanager
def serve(page: str, var: Path) -> Iterator[str]:
    """Serve a page, `ours` or the name of a rival, and yield its address."""
    port = _free_port()
    script = ROOT / "app.py" if page == "ours" else _RIVALS / "serve.py"
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    options = ["--server.port", str(port), "--server.address", "127.0.0.1"]
    env = environment(var, MEKS_BENCH_PAGE=str(_RIVALS / f"{page}.py"))
    log = (var / f"{page}.log").open("wb")
    process = subprocess.Popen(
        [*command, *options], cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url, process)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
        log.close()
