"""What tests share: one build of the shipped registers, and worlds of hand-written claims."""

import shutil
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import intakes
import pytest
from hypothesis import Phase, settings

from meks_geo.dates import parse
from meks_geo.model import Claim
from meks_geo.store import Store

settings.register_profile(
    "meks-geo",
    deadline=None,
    max_examples=50,
    database=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)
settings.load_profile("meks-geo")


@pytest.fixture(scope="session")
def root():
    """The folder of the product: the one that holds `data/` and `geo/`."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def store(root, tmp_path_factory):
    """A store of the shipped registers, built once, in a folder of its own."""
    built = Store(root=root, var=tmp_path_factory.mktemp("var"))
    built.build()
    return built


@pytest.fixture(scope="session")
def data(store):
    """The shipped registers as they are read back from the published revision."""
    return store.dataset()


@pytest.fixture(scope="session")
def small_home(root, tmp_path_factory):
    """A folder with a few registers on a coarse base map, and their published revision."""
    folder = intakes.small_root(root, tmp_path_factory.mktemp("small"))
    Store(root=folder, var=folder / "var").build()
    return folder


@pytest.fixture
def small(small_home, tmp_path):
    """A store of a few registers, free to be changed and broken."""
    shutil.copytree(small_home, tmp_path / "home")
    return Store(root=tmp_path / "home", var=tmp_path / "home" / "var")


def _claims(rows, source="abai-kz-01"):
    """Claims in file order from rows of subject, attribute, value, day and (optional) standing."""
    return tuple(
        Claim(
            id=f"t{order:03d}",
            subject=subject,
            attribute=attribute,
            value=value,
            stated_on=parse(day),
            standing=standing[0] if standing else "stands",
            scheme="",
            source=source,
            paraphrase="",
            note="",
            order=order,
        )
        for order, (subject, attribute, value, day, *standing) in enumerate(rows)
    )


@pytest.fixture(scope="session")
def said():
    """Claims of one attribute of one thing from rows of value, day and (optional) standing."""
    return lambda *rows: _claims([("a", "completion", *row) for row in rows])


@pytest.fixture(scope="session")
def world(data):
    """The shipped things with nothing known of them but the claims given; tables can be changed."""

    def make(*rows, **tables):
        grouped = {}
        for claim in _claims(rows):
            grouped.setdefault(claim.subject, {}).setdefault(claim.attribute, []).append(claim)
        claims = {
            subject: MappingProxyType({name: tuple(found) for name, found in by_name.items()})
            for subject, by_name in grouped.items()
        }
        return replace(data, claims=MappingProxyType(claims), **tables)

    return make
