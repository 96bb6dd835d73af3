"""What the numbers were measured on, without names and paths."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

_LIBRARIES = ("streamlit", "streamlit-folium", "folium", "geopandas", "pandas", "matplotlib")
_LIMIT_CORES = 2


def limit_cores() -> int:
    """Keep this process and its children on two cores, as the limits are stated; return how many.

    Only Linux can; elsewhere all cores are used and said.
    """
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:_LIMIT_CORES])
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def load() -> str:
    """Return how busy the machine is: processes that ran or waited in the last minute."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def describe(cores: int, browser: str, load_before: str) -> list[str]:
    """Return lines on the machine, the browser and the libraries."""
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    return [
        f"cores used: {cores} of {os.cpu_count()} ({_processor()}), memory: {_memory_gb()} GB",
        f"load of the machine before the run: {load_before}",
        f"{platform.system()}, Python {platform.python_version()}, Chromium {browser} (headless)",
        libraries,
    ]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _memory_gb() -> str:
    try:
        return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f}"
    except (ValueError, AttributeError):
        return "unknown"
