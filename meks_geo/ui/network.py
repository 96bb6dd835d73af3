"""What a server does before the first visitor: its files are put right, its sockets prepared."""

import asyncio
import logging
import os
import socket
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st

from meks_geo.errors import InputError
from meks_geo.store import Store

_LOG = logging.getLogger(__name__)
_FIRST_FD, _LAST_FD = 3, 256


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, object]]:
    """Prepare files and sockets before the first visitor comes."""
    send_at_once()
    await asyncio.to_thread(put_right)
    yield {}


def put_right() -> None:
    """Put right what a process that died left in the store, and log it; reading goes on anyway."""
    try:
        for what in Store().repair():
            _LOG.warning("repair: %s", what)
    except InputError as error:
        for problem in error.problems:
            _LOG.warning("repair: %s: %s", problem.file, problem.value)


def send_at_once() -> int:
    """Switch Nagle's algorithm off on every listening TCP socket of this process.

    Connections inherit it from the socket that took them. Without this each answer on a connection
    that is kept waits some 40 ms for the browser's delayed acknowledgement: asyncio sets it by
    itself only for sockets made with ``proto=IPPROTO_TCP``, and Streamlit makes its own without.

    Returns how many sockets were set. Where file descriptors are no sockets (Windows), none is.
    """
    count = 0
    for number in range(_FIRST_FD, _LAST_FD):
        try:
            if not stat.S_ISSOCK(os.fstat(number).st_mode):
                continue
            copy = os.dup(number)
        except OSError:  # no such descriptor
            continue
        with socket.socket(fileno=copy) as found:
            internet = found.family in (socket.AF_INET, socket.AF_INET6)
            if internet and found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                count += 1
    return count
