"""Files out: data, workbooks, decks, atlases, a page that needs no server.

Each is a function of a dataset and a view, and says where its figures are from.
"""
