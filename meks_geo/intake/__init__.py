"""A file that comes in: read, checked, compared with the map of record, and given back."""
