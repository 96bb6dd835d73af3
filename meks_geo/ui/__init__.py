"""The pages' own code; the only one that imports streamlit."""
