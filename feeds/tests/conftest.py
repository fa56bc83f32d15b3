"""The cast: Olga owns the match and Hugo hosts it with her; Sam runs another event; Rita and Paul are visitors."""

import re
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.conf import settings as installed
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.contrib.staticfiles.finders import get_finder
from django.db import transaction
from django.template import Template
from django.test import Client, override_settings
from django.utils import translation

from feeds.forms.branding import read_picture
from feeds.gallery.live_reload import watch
from feeds.gallery.rehearsal.rehearsals import rehearsals
from feeds.live.process import process
from feeds.models import Event, Invitation
from feeds.models.limits import networks
from feeds.models.post.cards import attach
from feeds.tests.access.permissions import ROLES
from feeds.tests.helpers import picture_file, submit
from feeds.tests.models.post.polling import POLL
from feeds.timeline import days


@pytest.fixture(autouse=True, scope="session")
def plain_rendering(django_test_environment):
    """Django would note each rendered template with a copy of its context for the test client. No test here asks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", lambda template, context: template.nodelist.render(context))
        yield


@pytest.fixture(autouse=True, scope="session")
def one_key_for_networks():
    """The day's key is kept although each test takes its row back: a test in which it ran out would have two."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(networks, "ASKED_EVERY", None)
        yield


@pytest.fixture(autouse=True)
def fast(settings):
    """Hashing is slow on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def new_process():
    """Each test begins like a new process: a channel layer that did not answer in the one before is asked again.

    No thread of a gallery goes on. It would leave its templates to the next test, whatever the settings there say.
    """
    process.reset()
    days.others.clear()
    yield
    watch.reset()
    rehearsals.reset()


@pytest.fixture(autouse=True)
def in_english():
    """A request leaves the language of its answer behind in this thread."""
    yield
    translation.deactivate()


NO_LIMITS = dict.fromkeys(
    (
        *("POSTS_PER_MINUTE", "POSTS_PER_NETWORK", "SAME_TEXT_MINUTES", "FASTEST_POST"),
        *("REACTIONS_PER_MINUTE", "REACTIONS_PER_NETWORK"),
    ),
    0,
)
"""People in tests post faster than any, and say the same again. Tests of the limits set them."""


@pytest.fixture(autouse=True)
def no_limits(settings):
    for name, limit in NO_LIMITS.items():
        setattr(settings, name, limit)


@contextmanager
def made_once(django_db_blocker):
    """Rows that the block makes stay for all tests of a module; each test is rolled back to them."""
    with django_db_blocker.unblock(), override_settings(**NO_LIMITS), transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def in_theme(folder=installed.ROOT / "themes" / "example"):
    """All looks as in a theme while the block runs. All templates are compiled again, which takes a while."""
    options = installed.TEMPLATES[0]
    templates = [options | {"DIRS": [folder / "templates", *options["DIRS"]]}]
    with override_settings(THEME_DIR=folder, TEMPLATES=templates):
        get_finder.cache_clear()
        yield
    get_finder.cache_clear()


@pytest.fixture
def example_theme():
    """The example theme for one test."""
    with in_theme():
        yield


@pytest.fixture
def olga(db):
    return get_user_model().objects.create_user("olga")


@pytest.fixture
def hugo(db):
    return get_user_model().objects.create_user("hugo")


@pytest.fixture
def sam(db):
    """Signed in, but a stranger to the match."""
    return get_user_model().objects.create_user("sam")


@pytest.fixture
def admin(db):
    return get_user_model().objects.create_superuser("ada")


def make_event(slug="match", hosts=(), **fields):
    """An event, public and live unless `fields` say otherwise."""
    usual = {
        "title": slug.replace("-", " ").capitalize(),
        "starts_at": datetime(2026, 7, 4, 18, 0, tzinfo=UTC),
        "time_zone": "Europe/Berlin",
        "state": Event.State.LIVE,
        "visibility": Event.Visibility.PUBLIC,
    }
    event = Event.objects.create(slug=slug, **(usual | fields))
    event.hosts.set(hosts)
    return event


@pytest.fixture
def new_event(olga):
    """Makes events; they are public, live and Olga's unless told otherwise."""

    def make(slug="match", hosts=(), **fields):
        return make_event(slug, hosts, **({"owner": olga} | fields))

    return make


@pytest.fixture
def event(new_event, hugo):
    return new_event("match", hosts=[hugo])


@pytest.fixture
def elsewhere(new_event, sam):
    """Sam's event, which has nothing to do with the match."""
    return new_event("regatta", owner=sam)


@pytest.fixture
def draft(new_event, hugo):
    return new_event("secret-plan", hosts=[hugo], visibility=Event.Visibility.DRAFT)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def as_olga(olga):
    return signed_in(olga)


@pytest.fixture
def as_hugo(hugo):
    return signed_in(hugo)


@pytest.fixture
def as_sam(sam):
    return signed_in(sam)


@pytest.fixture
def as_admin(admin):
    return signed_in(admin)


@pytest.fixture
def rita(db):
    """A visitor without an account; she mostly reads."""
    return Client()


@pytest.fixture
def paul(db):
    """Another visitor; he mostly posts."""
    return Client()


@pytest.fixture
def head():
    """The head of an event as it is in the database."""
    return lambda event: Event.objects.values_list("head", flat=True).get(pk=event.pk)


@pytest.fixture
def without_tokens():
    """A page without what differs in every answer: its CSRF tokens and form keys."""
    return lambda response: re.sub(r"[0-9A-Za-z]{64}|[0-9a-f]{32}", "…", response.content.decode())


@pytest.fixture
def ann(event):
    """A visitor who posted an entry, which carries a poll, and a comment; somebody else in the match is banned."""
    client = Client()
    event.configure(picture=read_picture(picture_file()))
    submit(client, event, "Goal!", name="Ann")
    goal = event.entries.get()
    submit(client, event, "What a goal", name="Ann", entry=goal)
    event.entries.update(carries="poll")
    attach(goal, POLL)
    spam = event.publish("Spam", "Buy my watches", visitor="0" * 32)
    event.ban(spam, by=event.owner)
    Invitation.make(event, by=event.owner)
    return client


@pytest.fixture
def people(event, ann, olga, hugo, sam, elsewhere, django_user_model):
    """The browsers of everybody in ROLES."""
    rosa, ada = (django_user_model.objects.create_user(name) for name in ("rosa", "ada"))
    event.hosts.add(rosa)
    removed = signed_in(rosa)
    event.hosts.remove(rosa)
    ada.user_permissions.add(Permission.objects.get(codename="change_event"))
    clients = (Client(), ann, signed_in(sam), removed, signed_in(hugo), signed_in(olga), signed_in(ada))
    for client in clients:
        client.get("/")  # so that each has the cookies that everybody gets
    return dict(zip(ROLES, clients, strict=True))
