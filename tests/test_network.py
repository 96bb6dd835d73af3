"""Answers leave at once: the option is on the listening socket and on what it accepts."""

import socket

import pytest

from meks_geo.ui import network


@pytest.mark.enable_socket
def test_accepted_connections_inherit_no_delay():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 0
        assert network.send_at_once() >= 1
        with socket.create_connection(listener.getsockname()):
            accepted, _ = listener.accept()
            with accepted:
                assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


@pytest.mark.enable_socket
def test_sockets_that_do_not_listen_are_left_alone():
    with socket.socket() as idle:
        network.send_at_once()
        assert idle.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 0
