"""Address: the service hosts that Sparri speaks with. Whoever else asks gets neither an answer nor our token."""

import re
from collections.abc import Collection

_LOOPBACK = frozenset({"127.0.0.1", "[::1]", "localhost"})
_DEFAULT_PORT = {"https": "443", "http": "80"}
_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::(?P<port>[0-9]{1,5}))?(?:/[a-z0-9._~%/-]*)?",
    re.IGNORECASE | re.ASCII,
)


def service_url_of(host: str) -> str:
    """Where Teams' Connector is at a host that `SERVICE_URL_HOSTS` names, for who has not been met there yet."""
    name = host.rpartition(":")[0] or host
    return f"{'http' if name.lower() in _LOOPBACK else 'https'}://{host}/teams/"


def trusted_service_url(url: str, hosts: Collection[str], development: bool) -> bool:
    """Whether *url* may be given our token: https, and on one of *hosts* (``host`` or ``host:port``).

    http is for listed loopback hosts only. In development every loopback host and port will do. User names, queries,
    fragments and characters beyond plain ASCII are never trusted: they are how one host is made to look like another.
    """
    parts = _URL.fullmatch(url)
    if parts is None:
        return False
    scheme, host = parts["scheme"].lower(), parts["host"].lower()
    if development and host in _LOOPBACK:
        return True
    if scheme == "http" and host not in _LOOPBACK:
        return False
    port = parts["port"] or _DEFAULT_PORT[scheme]
    listed = {entry.lower() for entry in hosts}
    return f"{host}:{port}" in listed or (port == _DEFAULT_PORT[scheme] and host in listed)
