"""Who may open a WebSocket. Browsers apply no same-origin policy to them, so the server does."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host


def require_same_origin(application: Any) -> Any:
    """ASGI middleware: refuse (403) a handshake whose Host is not ours, or whose Origin is not that host.

    Origins in CSRF_TRUSTED_ORIGINS pass as well: the same rule that Django applies to a POST. Channels'
    AllowedHostsOriginValidator looks at the Origin only and ignores its port.
    """

    async def checked(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if _allowed(dict(scope["headers"])):
            await application(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    return checked


def _allowed(headers: dict[bytes, bytes]) -> bool:
    host = headers.get(b"host", b"").decode("latin-1").lower()
    origin = headers.get(b"origin", b"").decode("latin-1").lower()
    domain, _ = split_domain_port(host)
    if not domain or not validate_host(domain, settings.ALLOWED_HOSTS):
        return False
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and parts.netloc == host
