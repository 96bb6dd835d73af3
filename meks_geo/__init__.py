"""MEKS Geo: the map of record of the MEKS national project."""
