"""Entry of `python -m meks_geo`."""

from meks_geo.cli import main

main(prog_name="python -m meks_geo")
