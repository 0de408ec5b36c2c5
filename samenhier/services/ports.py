"""Loopback ports."""

from __future__ import annotations

import socket

from .errors import ServiceError

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """A TCP port on loopback that nobody listens on at this moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def answers(port: int, host: str = LOOPBACK) -> bool:
    """Whether something accepts connections there."""
    try:
        with socket.create_connection((host, port), timeout=0.5):
            return True
    except OSError:
        return False


def require_free(host: str, port: int) -> None:
    """Raise `ServiceError` unless we may listen on this port now."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            # As servers do: connections that just ended may not keep us out.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except PermissionError as error:
        raise ServiceError(
            f"Port {port} is for the administrator only. Choose one above 1023: PORT=8000 make run"
        ) from error
    except (OSError, OverflowError) as error:
        raise ServiceError(
            f"Port {port} is taken ({error.strerror if isinstance(error, OSError) else error})."
            f" Choose another: PORT={port + 1 if port < 65535 else 8000} make run"
        ) from error
