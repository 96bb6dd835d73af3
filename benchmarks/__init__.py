"""How fast the product is, beside an empty Streamlit page and the plain way to draw the map."""
