"""The cast: Olga owns the match and Hugo hosts it with her; Sam runs another event; Rita and Paul are visitors."""

import re
from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.contrib.staticfiles.finders import get_finder
from django.test import Client
from django.utils import translation

from feeds.forms.branding import read_picture
from feeds.live.process import process
from feeds.models import Event, Invitation
from feeds.tests.access.permissions import ROLES
from feeds.tests.helpers import picture_file, submit


@pytest.fixture(autouse=True)
def fast(settings):
    """Hashing is slow on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def new_process():
    """Each test begins like a new process: a channel layer that did not answer in the one before is asked again."""
    process.reset()


@pytest.fixture(autouse=True)
def in_english():
    """A request leaves the language of its answer behind in this thread."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def no_limits(settings):
    """People in tests post faster than any, and say the same again. Tests of the limits set them."""
    settings.POSTS_PER_MINUTE = settings.POSTS_PER_NETWORK = settings.SAME_TEXT_MINUTES = settings.FASTEST_POST = 0
    settings.REACTIONS_PER_MINUTE = settings.REACTIONS_PER_NETWORK = 0


@pytest.fixture
def example_theme(settings):
    """All looks as in themes/example/."""
    settings.THEME_DIR = settings.ROOT / "themes" / "example"
    options = settings.TEMPLATES[0]
    settings.TEMPLATES = [options | {"DIRS": [settings.THEME_DIR / "templates", *options["DIRS"]]}]
    get_finder.cache_clear()
    yield
    get_finder.cache_clear()


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


@pytest.fixture
def new_event(olga):
    """Makes events; they are public, live and Olga's unless told otherwise."""

    def make(slug="match", hosts=(), **fields):
        usual = {
            "title": slug.replace("-", " ").capitalize(),
            "starts_at": datetime(2026, 7, 4, 18, 0, tzinfo=UTC),
            "time_zone": "Europe/Berlin",
            "state": Event.State.LIVE,
            "visibility": Event.Visibility.PUBLIC,
            "owner": olga,
        }
        event = Event.objects.create(slug=slug, **(usual | fields))
        event.hosts.set(hosts)
        return event

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
    """A visitor who posted an entry and a comment, a minute ago, in the match; somebody else there is banned."""
    client = Client()
    event.configure(picture=read_picture(picture_file()))
    submit(client, event, "Goal!", name="Ann")
    submit(client, event, "What a goal", name="Ann", entry=event.entries.get())
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
