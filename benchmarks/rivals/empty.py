"""The least that a Streamlit page can be: a heading and a line of text."""

import streamlit as st

st.title("MEKS Geo")
st.write("An empty page.")
