"""How often one visitor may do something: a count in the cache, by address behind our own proxies."""

import hashlib
import ipaddress
import time

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

HOUR = 3600
DAY = 24 * HOUR


def visitor(request: HttpRequest) -> str:
    """The visitor's network address, believing as many proxies as the settings say; IPv6 by its /64."""
    address = ipaddress.ip_address(get_adapter().get_client_ip(request))
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((address, 64), strict=False).network_address)
    return str(address)


def allowed(action: str, who: str, *, times: int, seconds: int) -> bool:
    """Count one more and say whether it is within `times` in a window of `seconds`.

    Two requests in the same moment may count as one: this keeps out robots, the limits that matter for others
    stand in the domain.
    """
    key = f"groups.limit:{action}:{hashlib.sha256(who.encode()).hexdigest()[:32]}"
    now = time.time()
    count, until = cache.get(key) or (0, now + seconds)
    cache.set(key, (count + 1, until), timeout=max(until - now, 1))
    return bool(count < times)
