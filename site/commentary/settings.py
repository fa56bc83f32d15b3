"""Every setting, in one long file on purpose, so that operators find everything here; environment.py reads the values.

docs/operating.md lists the variables, their defaults and meanings. A value that makes no sense stops the program with
`ImproperlyConfigured` and a sentence that tells what to set.
"""

import hashlib
import os
import re
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

from commentary import environment, private, theme
from commentary.environment import text as _env

ROOT = Path(__file__).resolve().parents[2]
environment.check_names()
VAR = environment.data_dir()


def _flag(name: str) -> bool:
    value = _env(name, "0").lower()
    if value not in {"0", "1", "true", "false", "yes", "no", "on", "off"}:
        raise ImproperlyConfigured(f"{name}={value!r} is neither on nor off: set {name}=1 or {name}=0.")
    return value in {"1", "true", "yes", "on"}


def _port() -> int:
    value = _env("PORT", "8000")
    if not re.fullmatch(r"[0-9]{1,5}", value) or not 1 <= int(value) <= 65535:
        raise ImproperlyConfigured(f"PORT={value!r} is not a port: set a number from 1 to 65535, such as PORT=8000.")
    return int(value)


def _count(name: str, default: int, most: int, meaning: str) -> int:
    value = _env(name, str(default))
    if not re.fullmatch(r"[0-9]{1,6}", value) or int(value) > most:
        raise ImproperlyConfigured(
            f"{name}={value!r} is not {meaning}: set a whole number from 0 to {most}, such as {name}={default}."
        )
    return int(value)


def _host() -> str:
    value = _env("HOST", "127.0.0.1").strip("[]")
    if not re.fullmatch(r"[0-9A-Za-z.:-]+", value):
        raise ImproperlyConfigured(
            f"HOST={value!r} is not an address to listen on: set an IP address or a host name alone, "
            "such as HOST=127.0.0.1 (this machine only) or HOST=0.0.0.0 (every network)."
        )
    return value


def _public_url() -> str:
    value = _env("PUBLIC_URL").rstrip("/").lower()
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        sensible = (
            parts.scheme in {"http", "https"}
            and bool(re.fullmatch(r"[0-9A-Za-z.:-]+", parts.hostname or ""))
            and not (parts.path or parts.query or parts.fragment or parts.username or parts.password)
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        sensible = False
    if not sensible:
        raise ImproperlyConfigured(
            f"PUBLIC_URL={value!r} is not an address of this server: set scheme and host, with a port "
            "where it has one and no path, such as PUBLIC_URL=https://live.example.org. Under a path of another site, "
            "its scripts would have everything that hosts have: give Commentary a name of its own."
        )
    # Browsers leave the default port out of an Origin.
    return value.removesuffix(":443" if value.startswith("https:") else ":80")


def _allowed_hosts() -> list[str]:
    """Names beside that of `PUBLIC_URL` under which this server is asked for."""
    names = [name for name in re.split(r"[\s,]+", _env("ALLOWED_HOSTS").lower()) if name]
    if wrong := [name for name in names if not re.fullmatch(r"[0-9a-z-]+(\.[0-9a-z-]+)*|\[[0-9a-f:.]+\]", name)]:
        raise ImproperlyConfigured(
            f"ALLOWED_HOSTS has {wrong[0]!r}, which is not the name of a host: set names without scheme, port and "
            "path, with commas between them, such as ALLOWED_HOSTS=live.example.org,www.example.org."
        )
    return names


def _make_private(file: Path) -> None:
    """Makes an SQLite file that does not exist yet: SQLite would make it readable for everybody on this machine."""
    if file.is_absolute():
        with suppress(OSError):  # `manage.py prepare` says what is wrong
            if file.parent == VAR:
                private.make_folder(VAR)
            private.make_file(file)


def _database() -> dict[str, Any]:
    value = _env("DATABASE_URL", f"sqlite:///{VAR / 'commentary.sqlite3'}")
    advice = (
        "is not a database address: set DATABASE_URL=postgres://user:password@host:5432/name "
        "or DATABASE_URL=sqlite:////absolute/path/commentary.sqlite3, or leave it out."
    )
    scheme = value.split("://", 1)[0]
    if scheme not in {"sqlite", "postgres", "postgresql"} or "://" not in value:
        raise ImproperlyConfigured(f"DATABASE_URL with the scheme {scheme!r} {advice}")
    try:
        database: dict[str, Any] = dict(dj_database_url.parse(value))
    except Exception as error:
        raise ImproperlyConfigured(f"DATABASE_URL {advice} ({error})") from error
    if not database["NAME"]:
        raise ImproperlyConfigured(f"DATABASE_URL names no database, so it {advice}")
    if scheme == "sqlite":
        # WAL lets readers continue during a write. IMMEDIATE makes writers queue for the lock for up to `timeout`
        # seconds instead of failing with "database is locked".
        database["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;",
        }
        _make_private(Path(database["NAME"]))
    else:
        database["OPTIONS"] = {**database.get("OPTIONS", {}), "connect_timeout": 5}
        database["CONN_HEALTH_CHECKS"] = True  # a restarted PostgreSQL leaves dead connections behind
    # Opening a connection costs more than a query. Each belongs to a thread, and there are few: 12 for requests
    # (serving/handler.py) and 4 for rooms (live/database.py). SQLite's are short-lived, to notice a replaced file.
    database["CONN_MAX_AGE"] = 5 if scheme == "sqlite" else 60
    return database


def _channel_layer() -> dict[str, Any]:
    value = _env("REDIS_URL")
    if not value:
        return {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    try:
        parts = urlsplit(value)
        at = parts.path if parts.scheme == "unix" else parts.hostname
        sensible = "://" in value and parts.scheme in {"redis", "rediss", "unix"} and parts.port != 0 and bool(at)
    except ValueError:
        sensible = False
    if not sensible:
        raise ImproperlyConfigured(
            "REDIS_URL is not the address of a Redis server: set REDIS_URL=redis://127.0.0.1:6379/0, or "
            "unix:///run/redis/redis.sock?db=0 for a socket, or leave it out."
        )
    from redis.asyncio.retry import Retry  # noqa: PLC0415  (a tenth of a start, for those without Redis)
    from redis.backoff import ExponentialBackoff  # noqa: PLC0415
    from redis.exceptions import ConnectionError as RedisConnectionError  # noqa: PLC0415
    from redis.exceptions import TimeoutError as RedisTimeoutError  # noqa: PLC0415

    # The first command after Redis restarts fails on the old connection; the retry takes a new one.
    host = {
        "address": value,
        "retry": Retry(ExponentialBackoff(cap=0.2, base=0.05), retries=2),
        "retry_on_error": [RedisConnectionError, RedisTimeoutError],
        "health_check_interval": 10,
    }
    if parts.scheme != "unix":
        host |= {"socket_connect_timeout": 1, "socket_keepalive": True}
    return {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [host], "prefix": "commentary"},
    }


def _mail_server() -> dict[str, Any]:
    value = _env("EMAIL_URL")
    try:
        parts = urlsplit(value)
        options = dict(parse_qsl(parts.query, keep_blank_values=True))
        tls, ssl = options.get("tls") == "1", parts.scheme == "smtps"
        sensible = not value or (
            parts.scheme in {"smtp", "smtps"}
            and bool(parts.hostname)
            and parts.port != 0
            and parts.path in {"", "/"}
            and parts.query in ({"", "tls=0", "tls=1"} if parts.scheme == "smtp" else {""})
        )
        port = parts.port or (465 if ssl else 587 if tls else 25)
    except ValueError:
        sensible = False
    if not sensible:  # the message must not repeat it: it may hold a password
        raise ImproperlyConfigured(
            "EMAIL_URL is not the address of a mail server: set EMAIL_URL=smtp://user:password@host:587?tls=1, or "
            "smtps:// for TLS from the start, or leave it out. In a password write @, : and / as %40, %3A and %2F."
        )
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return {"host": parts.hostname or "", "port": port, "user": user, "password": password, "tls": tls, "ssl": ssl}


def _mail_from() -> str:
    value = _env("MAIL_FROM", f"commentary@{urlsplit(PUBLIC_URL).hostname or 'localhost'}")
    if not re.fullmatch(r"[^\s@<>]+@[^\s@<>]+|[^\r\n<>@]+ <[^\s@<>]+@[^\s@<>]+>", value):
        raise ImproperlyConfigured(
            f"MAIL_FROM={value!r} is not a sender: set an e-mail address, such as MAIL_FROM=commentary@example.org."
        )
    return value


def _languages() -> list[tuple[str, str]]:
    """Languages that visitors can choose. Without a catalog in locale/, our own texts stay English."""
    codes = ["en", *filter(None, re.split(r"[\s,]+", _env("LANGUAGES", "en,de").lower()))]
    if unknown := [code for code in codes if "name" not in LANG_INFO.get(code, {})]:
        raise ImproperlyConfigured(
            f"LANGUAGES has {unknown[0]!r}, which is not the code of a language: set codes with commas between them, "
            "such as LANGUAGES=en,de."
        )
    return [(code, LANG_INFO[code]["name"]) for code in dict.fromkeys(codes)]


def _theme() -> Path | None:
    """The theme's folder, with templates/ or theme.css, or both; None without a theme."""
    value = _env("THEME_DIR")
    if not value:
        return None
    folder = Path(value).expanduser().resolve()
    try:
        wrong = (
            "which is not a folder"
            if not folder.is_dir()
            else "where there is neither a folder templates nor a file theme.css"
            if not ((folder / "templates").is_dir() or (folder / "theme.css").is_file())
            else ""
        )
    except (OSError, ValueError) as error:
        wrong = f"which cannot be read ({error})"
    if wrong:
        raise ImproperlyConfigured(
            f"THEME_DIR={value!r} is {folder}, {wrong}: set the path of a theme, such as THEME_DIR=themes/example, "
            "or leave it out."
        )
    return folder


def _site_name() -> str:
    value = _env("SITE_NAME")
    if value and (wrong := theme.wrong_text(value, theme.LONGEST_NAME)):
        raise ImproperlyConfigured(f"SITE_NAME={value!r} {wrong} Then set it again, such as SITE_NAME='Match day'.")
    return value


def _legal_links() -> tuple[theme.Link, ...]:
    value = _env("LEGAL_LINKS")
    try:
        return theme.links_in(value)
    except ValueError as error:
        raise ImproperlyConfigured(
            f"LEGAL_LINKS cannot be used: {error} Then set labels and addresses with commas between them, such as "
            "LEGAL_LINKS='Imprint=https://example.org/imprint, Privacy=/privacy/'. In an address write a comma as %2C."
        ) from error


def _secret_key() -> str:
    """The key from the environment, or one made at the first start and kept in var/ for this machine alone."""
    if key := _env("SECRET_KEY"):
        if len(key) < 32:
            raise ImproperlyConfigured("SECRET_KEY is too short to be a secret: set at least 32 random characters.")
        return key
    path = VAR / "secret-key"
    try:
        private.make_folder(VAR)
        # O_EXCL: of two processes that start together, one writes the key and both read it.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, private.FILE), "w") as file:
            file.write(get_random_secret_key())
    except FileExistsError:
        pass
    except OSError as error:
        raise ImproperlyConfigured(
            f"Cannot write {path} ({error.strerror}): make that folder writable, or set SECRET_KEY."
        ) from error
    try:
        return path.read_text()
    except OSError as error:
        raise ImproperlyConfigured(
            f"Cannot read {path} ({error.strerror}): make it readable, or set SECRET_KEY."
        ) from error


def _earlier_keys() -> list[str]:
    """Keys that signed cookies which browsers still have; nothing new is signed with them."""
    keys = [key for key in re.split(r"[\s,]+", _env("SECRET_KEY_FALLBACKS")) if key]
    if any(len(key) < 32 for key in keys):  # the message must not repeat it
        raise ImproperlyConfigured(
            "SECRET_KEY_FALLBACKS has a key that is too short to have been one: set earlier values of SECRET_KEY, with "
            "spaces between them, or leave it out."
        )
    return keys


def _build() -> str:
    """A name for the present templates and styles, which tells cached pages of another build apart."""
    folders = [*(ROOT / name for name in ("templates", "static", "locale")), *([THEME_DIR] if THEME_DIR else [])]
    found = ((folder, path) for folder in folders for path in folder.rglob("*") if path.is_file())
    files = sorted(path for folder, path in found if "/." not in f"/{path.relative_to(folder)}")
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]


HOST = _host()
PORT = _port()
PUBLIC_URL = _public_url()
DEBUG = _flag("DEBUG")
WATCH_TEMPLATES = _flag("WATCH_TEMPLATES")
THEME_DIR = _theme()
SITE_NAME = _site_name()
LEGAL_LINKS = _legal_links()
BUILD = _build()
SECRET_KEY = _secret_key()
SECRET_KEY_FILE = None if _env("SECRET_KEY") else VAR / "secret-key"
SECRET_KEY_FALLBACKS = _earlier_keys()

ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
if HOST not in {"0.0.0.0", "::"}:
    ALLOWED_HOSTS.append(f"[{HOST}]" if ":" in HOST else HOST)
CSRF_TRUSTED_ORIGINS: list[str] = []
if PUBLIC_URL:
    _public_host = urlsplit(PUBLIC_URL).hostname or ""
    ALLOWED_HOSTS.append(f"[{_public_host}]" if ":" in _public_host else _public_host)
    CSRF_TRUSTED_ORIGINS.append(PUBLIC_URL)
HTTPS = PUBLIC_URL.startswith("https://")
for _name in _allowed_hosts():
    ALLOWED_HOSTS.append(_name)
    # The scheme and port are those of PUBLIC_URL: other names lead to the same proxy.
    if PUBLIC_URL:
        _port_of = urlsplit(PUBLIC_URL).port
        CSRF_TRUSTED_ORIGINS.append(f"{PUBLIC_URL.partition(':')[0]}://{_name}{f':{_port_of}' if _port_of else ''}")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# Browsers accept a cookie with this prefix only from this host, over https. No other site in the domain can plant one.
COOKIE_PREFIX = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
MESSAGES_COOKIE_NAME = f"{COOKIE_PREFIX}messages"
CSRF_FAILURE_VIEW = "feeds.views.errors.csrf_failure"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = int(timedelta(days=30).total_seconds())
PASSWORD_RESET_TIMEOUT = int(timedelta(days=1).total_seconds())

# Limits for visitors; 0 is no limit. Hosts may post as much as they like.
WEB_CONCURRENCY = _count("WEB_CONCURRENCY", 1, 64, "a number of processes") or 1
TRUSTED_PROXIES = _count("TRUSTED_PROXIES", 0, 9, "a number of proxies")
CONNECTIONS_PER_ADDRESS = _count("CONNECTIONS_PER_ADDRESS", 1000, 999_999, "a number of connections")
POSTS_PER_MINUTE = _count("POSTS_PER_MINUTE", 10, 999_999, "a number of posts")
POSTS_PER_NETWORK = _count("POSTS_PER_NETWORK", 60, 999_999, "a number of posts")
SAME_TEXT_MINUTES = _count("SAME_TEXT_MINUTES", 5, 1440, "a number of minutes")
FASTEST_POST = _count("FASTEST_POST", 2, 60, "a number of seconds")
REACTIONS_PER_MINUTE = _count("REACTIONS_PER_MINUTE", 150, 999_999, "a number of reactions")
REACTIONS_PER_NETWORK = _count("REACTIONS_PER_NETWORK", 15_000, 999_999, "a number of reactions")
EVENTS_PER_HOUR = _count("EVENTS_PER_HOUR", 10, 999_999, "a number of events")
EVENTS_PER_DAY = _count("EVENTS_PER_DAY", 30, 999_999, "a number of events")

INSTALLED_APPS = [
    "daphne",  # first, so that its runserver is used, which serves WebSockets
    "feeds",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "servestatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",  # before everything that may refuse a request
    "serving.compression.CompressedMiddleware",
    *(["feeds.gallery.tried_templates.ReloadMiddleware"] if WATCH_TEMPLATES else []),
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    *(["commentary.cookies.EarlierNamesMiddleware"] if COOKIE_PREFIX else []),
    "django.middleware.locale.LocaleMiddleware",
    "feeds.middleware.signposts.SignpostMiddleware",
    "feeds.middleware.htmx.HtmxRedirectMiddleware",
    "feeds.middleware.body_limits.BodyLimitMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "feeds.middleware.spelling.SpellingMiddleware",
    "feeds.middleware.signposts.CsrfMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "feeds.middleware.people.LastSeenMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "feeds.middleware.people.SenderMiddleware",
    "feeds.middleware.errors.DomainErrorMiddleware",
]

ROOT_URLCONF = "commentary.urls"
ASGI_APPLICATION = "commentary.asgi.application"
TEMPLATES = [
    {
        "NAME": "django",
        "BACKEND": (
            "feeds.gallery.tried_templates.Templates"
            if WATCH_TEMPLATES
            else "feeds.gallery.tried_templates.SwitchedTemplates"
        ),
        "DIRS": [*([THEME_DIR / "templates"] if THEME_DIR else []), ROOT / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        # In DEBUG unchanged, so that line numbers in errors are those of the file.
                        "feeds.gallery.tried_templates.Loader"
                        if WATCH_TEMPLATES
                        else "django.template.loaders.filesystem.Loader"
                        if DEBUG
                        else "serving.compression.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django.templatetags.i18n", "feeds.templatetags.commentary"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                *(["feeds.gallery.tried_templates.watching"] if WATCH_TEMPLATES else []),
            ],
        },
    },
]

DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = _env("REDIS_URL")
CHANNEL_LAYERS = {"default": _channel_layer()}

# A page may load its own files and nothing else. htmx's indicator styles are off (base.html), since they would need an
# inline style.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        **({"font-src": [SELF]} if THEME_DIR else {}),
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [SELF],
    },
}
X_FRAME_OPTIONS = "SAMEORIGIN"
# On plain http browsers ignore this header and warn of it, except on this machine itself.
SECURE_CROSS_ORIGIN_OPENER_POLICY = None if PUBLIC_URL.startswith("http://") else "same-origin"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = int(timedelta(days=30).total_seconds()) if HTTPS else 0
SILENCED_SYSTEM_CHECKS = [
    "security.W003",  # feeds.middleware.signposts.CsrfMiddleware is Django's, and stricter
    "security.W005",  # other names below this one are not ours to decide on
    "security.W008",  # the proxy in front redirects from http
    "security.W019",  # the gallery shows pages of this site in frames
    "security.W021",  # so is the browsers' list, which has whole domains
]

# A post is at most a few kilobytes; anything larger is a mistake or an attack.
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
# The second is only for the page that imports events, which takes 20 MB: see feeds.middleware.body_limits.
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "home"
MESSAGE_STORAGE = "commentary.cookies.Messages"

_server = _mail_server()
EMAIL_HOST = _server["host"]  # empty: no mail can be sent
EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _server["port"], _server["user"], _server["password"]
EMAIL_USE_TLS, EMAIL_USE_SSL = _server["tls"], _server["ssl"]
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = _mail_from()

LANGUAGE_CODE = "en"  # the language of the sources; catalogs of the others are in locale/
LANGUAGES = _languages()
LOCALE_PATHS = [*([THEME_DIR / "locale"] if THEME_DIR else []), ROOT / "locale"]  # the first has the last word
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}commentary_language"
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "static"]
STATICFILES_FINDERS = [
    "serving.static.ThemeFinder",  # first: a theme's files replace ours
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STORAGES = {"staticfiles": {"BACKEND": "serving.static.HashedNames"}}
SERVESTATIC_USE_FINDERS = True
SERVESTATIC_ALLOW_ALL_ORIGINS = False
SERVESTATIC_AUTOREFRESH = DEBUG and not WATCH_TEMPLATES
# Names without a digest say nothing of a file's contents, and while it may change, browsers ask each time.
SERVESTATIC_MAX_AGE = 0 if SERVESTATIC_AUTOREFRESH else 600


def SERVESTATIC_ADD_HEADERS_FUNCTION(headers: dict[str, str], path: str, url: str) -> None:
    """Adds the headers of a static file."""
    headers["X-Content-Type-Options"] = "nosniff"


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "serving.logs.Line", "format": "{asctime} {levelname} {name}: {message}", "style": "{"}
    },
    "filters": {"at_most": {"()": "serving.logs.AtMost"}, "in_one_line": {"()": "serving.logs.InOneLine"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["at_most", "in_one_line"]}
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "daphne": {"level": "WARNING"},
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        # A refused request is the visitor's business, and the access log has it. If a setting could change that,
        # feeds.views.errors logs it.
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "CRITICAL"},
        # feeds.live.wakeups logs it in one line.
        "channels_redis": {"level": "CRITICAL"},
    },
}
