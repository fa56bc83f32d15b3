"""Log lines about sign-ins and refusals, with the reason and the setting that an operator can change.

They have no passwords, tokens or addresses. A network is identified by the first digits of its keyed hash of the day. A
name without an account is left out, since people type passwords into the wrong field.
"""

import logging

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.middleware import csrf

from feeds.models import NetworkKey
from feeds.values.addresses import client_address
from serving.logs import shown

logger = logging.getLogger(__name__)

PROXY = "let the proxy in front pass on the Host it is asked for (nginx: proxy_set_header Host $http_host)"


def network(request: HttpRequest) -> str:
    """The first 8 digits of the keyed hash of the request's network."""
    return NetworkKey.objects.disguise(client_address(request))[:8]


def named(name: str) -> str:
    """The user name in quotes if it has an account, else a phrase that does not repeat it."""
    known = get_user_model().objects.filter(username=name).exists()
    return f"“{shown(name)}”" if known else "a name that no account has"


def signed_in(request: HttpRequest, user: User, how: str) -> None:
    """Logs that a user signed in; `how` completes “by …”."""
    logger.info("Signed in: “%s”, by %s, from network %s.", shown(user.get_username()), how, network(request))


def refused(request: HttpRequest, name: str, why: str) -> None:
    """Logs that a sign-in under this name was refused, and why."""
    logger.warning("Refused to sign in %s: %s, from network %s.", named(name), why, network(request))


def link_refused(request: HttpRequest, what: str) -> None:
    """Logs that a one-time link was refused; `what` completes “a link to …”."""
    logger.warning("Refused a link to %s: used, too old, made up, or not allowed now.", what)


def password_refused(user: User, why: str) -> None:
    """Logs that a signed-in user gave a wrong password, or too many of them."""
    logger.warning("Refused the password of “%s”, who is signed in: %s.", shown(user.get_username()), why)


def password_set(user: User, how: str) -> None:
    """Logs that a user has a new password; `how` says by what way."""
    logger.info("New password: “%s”, %s.", shown(user.get_username()), how)


def reset_link_made(user: User, how: str) -> None:
    """Logs that a link for a new password was made; `how` says by whom."""
    logger.info("Link for a new password: for “%s”, %s.", shown(user.get_username()), how)


def host_refused(request: HttpRequest) -> None:
    """Logs a request whose Host header is not one of ours, and the setting to change."""
    host = shown(request.META.get("HTTP_HOST") or request.META.get("SERVER_NAME", ""))
    logger.warning(
        "Refused a request for the host “%s”: if people use that address, set PUBLIC_URL=https://%s (or http://); "
        "otherwise %s.",
        host,
        host,
        PROXY,
    )


def form_refused(request: HttpRequest, reason: str) -> None:
    """Logs that Django's middleware refused a form: its `reason`, and what to do about it."""
    match = request.resolver_match
    route = match.route if match else ""
    logger.warning("Refused a form (%s): %s %s.", shown(route), shown(reason.rstrip(".")), _advice(request, reason))


def is_of_another_address(reason: str) -> bool:
    """Whether a form was refused because the server does not know the address it is reached by."""
    return reason.startswith(("Origin checking failed", "Referer checking failed"))


def _advice(request: HttpRequest, reason: str) -> str:
    origin = shown(request.headers.get("Origin", ""))
    if origin == "null" or (is_of_another_address(reason) and not origin):
        return "(its browser hides where the form is from; nothing to set)"
    if is_of_another_address(reason):
        host = shown(request.get_host())
        is_now = f"; it is {settings.PUBLIC_URL} now" if settings.PUBLIC_URL else ""
        return f"(Host: {host}). If people use {origin}, set PUBLIC_URL={origin}{is_now}; or {PROXY}"
    if reason == csrf.REASON_NO_CSRF_COOKIE and settings.HTTPS:
        return (
            "(its browser blocks cookies, or came over http://, where it sends none: PUBLIC_URL is https, so let the "
            "proxy redirect http:// to it, or set PUBLIC_URL to the address that people use)"
        )
    if reason == csrf.REASON_NO_CSRF_COOKIE:
        return "(its browser blocks cookies, or a proxy drops them: let it pass Cookie and Set-Cookie on)"
    return "(the form is from before its sender signed in or out; nothing to set)"
