"""The ASGI application: HTTP for Django, and WebSockets for `feeds` once their Host and Origin are checked.

Every ASGI server can run it, with `site/` on the path: `PYTHONPATH=site daphne commentary.asgi:application`.
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commentary.settings")
django.setup(set_prefix=False)  # before the imports below: they need the app registry

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.conf import settings  # noqa: E402

from commentary import VERSION, doctors, running  # noqa: E402
from feeds.live.readiness import readiness  # noqa: E402
from feeds.middleware.body_limits import limit_body  # noqa: E402
from feeds.urls import websocket_urlpatterns  # noqa: E402
from serving.boundary import guarded  # noqa: E402
from serving.handler import Handler  # noqa: E402
from serving.health import with_health  # noqa: E402
from serving.origins import require_same_origin  # noqa: E402

running.hold(settings.VAR)
_pages_and_sockets = ProtocolTypeRouter(
    {
        "http": limit_body(Handler()),
        "websocket": require_same_origin(URLRouter(websocket_urlpatterns)),
    }
)
application = with_health(guarded(_pages_and_sockets, https=settings.HTTPS), VERSION, readiness, doctors.is_one)
