"""Origins that may open a WebSocket. Browsers apply no same-origin policy to WebSockets, so the server does."""

import logging
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from serving import Application, Receive, Scope, Send
from serving.logs import shown

logger = logging.getLogger(__name__)


def require_same_origin(application: Application) -> Application:
    """ASGI middleware: refuses (403) a handshake whose Host is not ours, or whose Origin is not that host.

    Origins in CSRF_TRUSTED_ORIGINS pass as well, by the rule that Django applies to a POST. Channels'
    AllowedHostsOriginValidator only checks the Origin and ignores its port.
    """

    async def checked(scope: Scope, receive: Receive, send: Send) -> None:
        """The application behind this check."""
        headers = dict(scope["headers"])
        host, origin = (headers.get(name, b"").decode("latin-1").lower() for name in (b"host", b"origin"))
        if _allowed(host, origin):
            await application(scope, receive, send)
        else:
            _say(host, origin)
            await send({"type": "websocket.close", "code": 1008})

    return checked


def _allowed(host: str, origin: str) -> bool:
    if not _is_ours(host):
        return False
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and parts.netloc == host


def _is_ours(host: str) -> bool:
    domain, _ = split_domain_port(host)
    return bool(domain and validate_host(domain, settings.ALLOWED_HOSTS))


def _say(host: str, origin: str) -> None:
    """Tells operators whose proxy does not pass on the Host why their pages are never live."""
    address = shown(origin if origin not in {"", "null"} else f"https://{host}")
    logger.warning(
        "Refused a live connection: Host “%s”, Origin “%s”. If people use %s, set PUBLIC_URL=%s; otherwise let the "
        "proxy in front pass on the Host it is asked for (nginx: proxy_set_header Host $http_host).",
        shown(host),
        shown(origin),
        address,
        address,
    )
