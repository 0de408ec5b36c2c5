"""How often one visitor may do something: a count in the cache, by address behind our own proxies."""

import ipaddress
import logging

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

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

    When the cache is away everything is allowed: limits that matter for others also stand in the database.
    """
    key = f"groups.limit:{action}:{who}"
    try:
        cache.add(key, 0, timeout=seconds)
        try:
            return bool(cache.incr(key) <= times)
        except ValueError:  # the window closed between the two
            cache.set(key, 1, timeout=seconds)
            return True
    except RedisError:
        log.warning("limit.skipped the cache did not answer")
        return True
