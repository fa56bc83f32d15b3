"""Settings: nonsense in the environment ends the program with one clear line; sense has its effects."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import commentary
from commentary import theme

ROOT = Path(__file__).resolve().parents[3]
READ = """
import json
from commentary import settings
print(json.dumps({name: value for name, value in vars(settings).items() if name.isupper()}, default=str))
"""


def run(*arguments, **environment):
    clean = {"PATH": os.environ["PATH"], "SECRET_KEY": "k" * 50, "PYTHONPATH": str(ROOT / "site"), **environment}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, env=clean, capture_output=True, text=True, timeout=240, check=False)


def read(**environment):
    result = run("-c", READ, **environment)
    assert result.stderr == ""
    return json.loads(result.stdout)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "70000"),
        ("HOST", "http://example.org"),
        ("DATABASE_URL", "commentary.sqlite3"),
        ("DATABASE_URL", "mysql://u:p@127.0.0.1/commentary"),
        ("DATABASE_URL", "postgres://u:p@127.0.0.1:port/commentary"),
        ("DATABASE_URL", "postgres://[bad/commentary"),
        ("REDIS_URL", "127.0.0.1:6379"),
        ("REDIS_URL", "http://127.0.0.1:6379"),
        ("REDIS_URL", "redis://[bad"),
        ("REDIS_URL", "redis://127.0.0.1:port/0"),
        ("PUBLIC_URL", "live.example.org"),
        ("PUBLIC_URL", "https://live.example.org/path"),
        ("PUBLIC_URL", "https://live.example.org:99999"),
        ("ALLOWED_HOSTS", "https://live.example.org"),
        ("ALLOWED_HOSTS", "live.example.org:443"),
        ("REDIS_URL", "unix://"),
        ("DEBUG", "maybe"),
        ("WATCH_TEMPLATES", "maybe"),
        ("EMAIL_URL", "mail.example.org"),
        ("EMAIL_URL", "http://mail.example.org"),
        ("EMAIL_URL", "smtp://"),
        ("EMAIL_URL", "smtp://mail.example.org:port"),
        ("EMAIL_URL", "smtp://mail.example.org?tls=maybe"),
        ("EMAIL_URL", "smtps://mail.example.org?tls=1"),
        ("MAIL_FROM", "nobody"),
        ("MAIL_FROM", "a@example.org, b@example.org"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY_FALLBACKS", "k" * 50 + " short"),
        ("TRUSTED_PROXIES", "yes"),
        ("TRUSTED_PROXIES", "-1"),
        ("TRUSTED_PROXIES", "10"),
        ("TRUSTED_PROXIES", "١"),
        ("POSTS_PER_MINUTE", "many"),
        ("POSTS_PER_NETWORK", "1e3"),
        ("CONNECTIONS_PER_ADDRESS", "unlimited"),
        ("SAME_TEXT_MINUTES", "1.5"),
        ("FASTEST_POST", "61"),
        ("WEB_CONCURRENCY", "65"),
        ("EVENTS_PER_HOUR", "-5"),
        ("EVENTS_PER_DAY", "9999999"),
        ("LANGUAGES", "en,tlh"),
        ("THEME_DIR", "nowhere"),
        ("THEME_DIR", "docs"),
        ("SITE_NAME", 41 * "a"),
        ("LEGAL_LINKS", "/imprint/"),
        ("LEGAL_LINKS", "Imprint=javascript:alert(1)"),
        ("LEGAL_LINKS", "Imprint=/imprint/, /privacy/"),
        ("LEGAL_LINKS", "=/imprint/"),
        ("LEGAL_LINKS", ",".join(9 * ["a=/b"])),
    ],
)
def test_nonsense_is_refused_in_one_line_that_names_the_setting(name, value):
    result = run("manage.py", "check", **{name: value})
    assert (result.returncode, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("Commentary is not set up right. ")
    assert name in line
    assert "set" in line.split()


def test_the_line_does_not_tell_a_password():
    wrong = {"DATABASE_URL": "mysql://u:hunter2@h/x", "REDIS_URL": "http://u:hunter2@h", "EMAIL_URL": "x://u:hunter2@h"}
    wrong["SECRET_KEY_FALLBACKS"] = "hunter2"
    for name, value in wrong.items():
        assert "hunter2" not in run("manage.py", "check", **{name: value}).stderr


def test_without_an_environment_it_serves_this_machine_alone_and_safely():
    found = read()
    assert (found["HOST"], found["PORT"], found["DEBUG"], found["PUBLIC_URL"]) == ("127.0.0.1", 8000, False, "")
    assert set(found["ALLOWED_HOSTS"]) == {"localhost", "127.0.0.1", "[::1]"}
    assert found["CSRF_TRUSTED_ORIGINS"] == []
    assert [found[name] for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE")] == [False, False]
    assert found["CHANNEL_LAYERS"]["default"]["BACKEND"] == "channels.layers.InMemoryChannelLayer"
    assert found["DATABASES"]["default"]["ENGINE"] == "django.db.backends.sqlite3"


def test_legal_links_are_labels_and_addresses_with_commas_between_them():
    assert theme.links_in("Imprint = https://example.org/?a=b , Privacy=/privacy/,") == (
        theme.Link("Imprint", "https://example.org/?a=b"),
        theme.Link("Privacy", "/privacy/"),
    )
    assert theme.links_in("") == ()


def test_a_public_address_over_https_is_trusted_and_makes_cookies_secure():
    found = read(PUBLIC_URL="https://live.example.org/", HOST="0.0.0.0")
    assert found["PUBLIC_URL"] == "https://live.example.org"
    assert set(found["ALLOWED_HOSTS"]) == {"localhost", "127.0.0.1", "[::1]", "live.example.org"}
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://live.example.org"]
    assert [found[name] for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE")] == [True, True]
    assert found["SECURE_HSTS_SECONDS"] > 0


def test_a_public_address_in_capitals_is_the_same_address():
    found = read(PUBLIC_URL="HTTPS://Live.Example.org")
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://live.example.org"]
    assert "live.example.org" in found["ALLOWED_HOSTS"]
    assert found["SESSION_COOKIE_SECURE"] is True


def test_a_public_address_over_http_leaves_cookies_usable():
    found = read(PUBLIC_URL="http://192.0.2.7:8080", HOST="192.0.2.7", PORT="8080", DEBUG="on")
    assert set(found["ALLOWED_HOSTS"]) == {"localhost", "127.0.0.1", "[::1]", "192.0.2.7"}
    assert found["CSRF_TRUSTED_ORIGINS"] == ["http://192.0.2.7:8080"]
    assert (found["SESSION_COOKIE_SECURE"], found["DEBUG"], found["PORT"]) == (False, True, 8080)


@pytest.mark.parametrize(
    ("environment", "seconds"), [({}, 600), ({"DEBUG": "on"}, 0), ({"DEBUG": "on", "WATCH_TEMPLATES": "on"}, 600)]
)
def test_browsers_ask_for_style_sheets_each_time_while_these_may_change(environment, seconds):
    """With WATCH_TEMPLATES each version has a name of its own."""
    assert read(**environment)["SERVESTATIC_MAX_AGE"] == seconds


def test_a_server_may_have_other_names_that_are_as_good_as_its_public_one():
    found = read(PUBLIC_URL="https://live.example.org:8443", ALLOWED_HOSTS="Example.org, www.example.org")
    assert {"example.org", "www.example.org", "live.example.org"} <= set(found["ALLOWED_HOSTS"])
    assert "https://www.example.org:8443" in found["CSRF_TRUSTED_ORIGINS"]
    assert found["PUBLIC_URL"] == "https://live.example.org:8443"


def test_redis_may_be_on_a_socket():
    (host,) = read(REDIS_URL="unix:///run/redis.sock?db=1")["CHANNEL_LAYERS"]["default"]["CONFIG"]["hosts"]
    assert host["address"] == "unix:///run/redis.sock?db=1"
    assert "socket_keepalive" not in host


def test_the_version_is_that_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == commentary.VERSION


def test_postgresql_and_redis_are_chosen_by_their_addresses():
    redis, postgres = "redis://127.0.0.1:6379/0", "postgres://u:p@127.0.0.1:5432/commentary"
    found = read(REDIS_URL=redis, DATABASE_URL=postgres, HOST="[::1]")
    layer = found["CHANNEL_LAYERS"]["default"]
    assert layer["BACKEND"] == "channels_redis.pubsub.RedisPubSubChannelLayer"
    assert layer["CONFIG"]["hosts"][0]["address"] == redis
    database = found["DATABASES"]["default"]
    assert (database["ENGINE"], database["NAME"], database["PORT"]) == (
        "django.db.backends.postgresql",
        "commentary",
        5432,
    )
    assert (found["HOST"], "[::1]" in found["ALLOWED_HOSTS"]) == ("::1", True)


MAIL = ("EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD", "EMAIL_USE_TLS", "EMAIL_USE_SSL")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", ["", 25, "", "", False, False]),
        ("smtp://127.0.0.1", ["127.0.0.1", 25, "", "", False, False]),
        ("smtp://me:p%40ss@mail.example.org?tls=1", ["mail.example.org", 587, "me", "p@ss", True, False]),
        ("smtp://mail.example.org:2525/?tls=0", ["mail.example.org", 2525, "", "", False, False]),
        ("smtps://me@mail.example.org", ["mail.example.org", 465, "me", "", False, True]),
    ],
)
def test_a_mail_server_is_read_from_its_address(url, expected):
    found = read(EMAIL_URL=url, PUBLIC_URL="https://live.example.org")
    assert [found[name] for name in MAIL] == expected
    assert found["DEFAULT_FROM_EMAIL"] == "commentary@live.example.org"


def test_mail_is_from_whom_the_operator_says():
    assert read(MAIL_FROM="Us <us@example.org>")["DEFAULT_FROM_EMAIL"] == "Us <us@example.org>"


def test_the_check_passes_with_good_settings(tmp_path):
    there = {"PUBLIC_URL": "https://live.example.org", "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3"}
    there["SECRET_KEY"] = "a long sentence that nobody knows, 1234567890 and more"
    result = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **there)
    assert (result.returncode, result.stderr) == (0, "")


def test_limits_are_on_unless_told_otherwise_and_no_proxy_is_trusted():
    names = ("TRUSTED_PROXIES", "POSTS_PER_MINUTE", "POSTS_PER_NETWORK", "SAME_TEXT_MINUTES", "FASTEST_POST")
    found = read()
    assert [found[name] for name in names] == [0, 10, 60, 5, 2]
    found = read(TRUSTED_PROXIES="2", POSTS_PER_MINUTE="0", POSTS_PER_NETWORK="500")
    assert [found[name] for name in names] == [2, 0, 500, 5, 2]
