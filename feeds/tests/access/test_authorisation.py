"""Who may do what: every address and every method, for everybody there is.

A row that is missing here fails by itself. What somebody may not know of answers them like an event that does not
exist, header by header and byte by byte.
"""

import re
from copy import deepcopy

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from feeds.forms.branding import read_picture
from feeds.live.sockets import _authorise
from feeds.models import Act, Ban, Comment, Entry, Event, Invitation, Post
from feeds.models.post.kinds import plural_of
from feeds.tests.conftest import signed_in
from feeds.tests.helpers import FORM, HTMX, picture_file, submit
from feeds.transfer import exports
from feeds.urls import urlpatterns, websocket_urlpatterns

pytestmark = pytest.mark.timeout(240)  # hundreds of requests in a test, and the machine may be busy

ROLES = ("anonymous", "poster", "other host", "removed host", "host", "owner", "staff")
OUTSIDERS, HOSTING = ROLES[:4], ROLES[4:]

# What becomes of a request: “ok” does it or shows it, “no” is 403, “in” asks to sign in, “-” is 405: there is no such
# thing for anybody. One word for each role, in the order above.
EVERYBODY = "ok ok ok ok ok ok ok"
NOBODY = "- - - - - - -"
HOSTS = "no no no no ok ok ok"
AUTHOR_AND_HOSTS = "no ok no no ok ok ok"
OWNER = "no no no no no ok ok"
SIGNED_IN = "no no ok ok ok ok ok"
ABSENT_TO_ALL, GONE = "absent " * 6 + "absent", "410 " * 6 + "410"


def page(who):
    """The same for a page of somebody with an account, to which one can come back after signing in."""
    return " ".join(["in", "in", *who.split()[2:]])


TABLE = {  # by name, or by route where there is none: what becomes of GET and of POST
    "home": (EVERYBODY, NOBODY),
    "favicon.ico": (EVERYBODY, EVERYBODY),
    "design": (f"{'absent ' * 6}ok", NOBODY),  # with DEBUG off
    "design-state": (f"{'absent ' * 6}ok", NOBODY),
    "accent": (EVERYBODY, NOBODY),
    "unreachable": (EVERYBODY, EVERYBODY),
    "go-on": (EVERYBODY, NOBODY),
    "language": (EVERYBODY, EVERYBODY),
    "sign-in": (EVERYBODY, EVERYBODY),
    "one-time": ("no no no no no no no", "no no no no no no no"),  # a link that is none
    "sign-out": (NOBODY, EVERYBODY),
    "password": (page(SIGNED_IN), page(SIGNED_IN)),
    "ask-reset": (ABSENT_TO_ALL, ABSENT_TO_ALL),  # without a mail server
    "reset": (GONE, GONE),  # a link that is none
    "email": (NOBODY, "no no absent absent absent absent absent"),  # without a mail server
    "end-others": (NOBODY, SIGNED_IN),
    "end-session": (NOBODY, SIGNED_IN),  # which does nothing to somebody else's
    "invitation": (ABSENT_TO_ALL, ABSENT_TO_ALL),  # one that is none
    "events": (EVERYBODY, NOBODY),
    "create": (page(SIGNED_IN), SIGNED_IN),
    "import": (page(SIGNED_IN), SIGNED_IN),
    "event": (EVERYBODY, NOBODY),
    "wall": (EVERYBODY, NOBODY),
    "logo": (EVERYBODY, NOBODY),
    "settings": (page(HOSTS), HOSTS),
    "start": (NOBODY, HOSTS),
    "end": (page(HOSTS), HOSTS),
    "archive": (NOBODY, HOSTS),
    "unarchive": (NOBODY, HOSTS),
    "hosting": (EVERYBODY, NOBODY),  # says that one does not host, or not any more
    "people": (page(HOSTS), NOBODY),
    "invite": (NOBODY, HOSTS),
    "remove-host": (NOBODY, OWNER),
    "reset-link": (NOBODY, OWNER),
    "withdraw": (NOBODY, HOSTS),
    "desk": (page(HOSTS), NOBODY),
    "desk-state": (HOSTS, NOBODY),
    "removed": (HOSTS, NOBODY),
    "rules": (NOBODY, HOSTS),
    "preview": (NOBODY, HOSTS),
    "log": (page(HOSTS), NOBODY),
    "undo": (NOBODY, HOSTS),
    "changes": (EVERYBODY, NOBODY),
    "rest": (EVERYBODY, NOBODY),
    "fragment": (EVERYBODY, NOBODY),  # which leads nowhere where there is nothing to lead to
    "reading": (EVERYBODY, NOBODY),
    "own-posts": (EVERYBODY, NOBODY),
    "waiting": (EVERYBODY, NOBODY),
    "entries": (EVERYBODY, EVERYBODY),
    "entry": (EVERYBODY, NOBODY),
    "comments": (EVERYBODY, EVERYBODY),
    "react": (EVERYBODY, EVERYBODY),
    "edit-entry": (AUTHOR_AND_HOSTS, AUTHOR_AND_HOSTS),
    "remove-entry": (AUTHOR_AND_HOSTS, AUTHOR_AND_HOSTS),
    "edit-comment": (AUTHOR_AND_HOSTS, AUTHOR_AND_HOSTS),
    "remove-comment": (AUTHOR_AND_HOSTS, AUTHOR_AND_HOSTS),
    "pin": (HOSTS, HOSTS),
    "unpin": (HOSTS, HOSTS),
    "ban-entry": (HOSTS, HOSTS),
    "ban-comment": (HOSTS, HOSTS),
    "lift-ban": (NOBODY, HOSTS),
    "moment": (HOSTS, HOSTS),
    **{f"{verb}-{kind}": (NOBODY, HOSTS) for verb in ("approve", "reject", "restore") for kind in ("entry", "comment")},
    "owner": (page(OWNER), NOBODY),
    "erase-entry": (page(OWNER), OWNER),
    "erase-comment": (page(OWNER), OWNER),
    "delete": (page(OWNER), OWNER),
    "export": (NOBODY, OWNER),  # which is written down
}


def routes():
    """Routes by name; one for each kind of post where they name one, as in “edit-entry”."""
    for pattern in urlpatterns:
        name, route = pattern.name or str(pattern.pattern), str(pattern.pattern)
        if "<post:post>" not in route:
            yield name, route
            continue
        for kind, model in Post.kinds.items():
            yield f"{name}-{kind}", route.replace("<post:post>", f"{plural_of(model)}/<int:pk>")


ROUTES = dict(routes())
OF_AN_EVENT = sorted(name for name, route in ROUTES.items() if "<slug:slug>" in route)
CELLS = {"GET": 0, "POST": 1}


def test_every_address_has_a_row():
    assert TABLE.keys() == ROUTES.keys()
    assert [str(pattern.pattern) for pattern in websocket_urlpatterns] == [
        "events/<slug:slug>/live/",
        "design/live/",
        "",
    ]


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
    """Everybody in ROLES, with the browser each of them has."""
    rosa, ada = (django_user_model.objects.create_user(name) for name in ("rosa", "ada"))
    event.hosts.add(rosa)
    removed = signed_in(rosa)
    event.hosts.remove(rosa)
    ada.user_permissions.add(Permission.objects.get(codename="change_event"))
    clients = (Client(), ann, signed_in(sam), removed, signed_in(hugo), signed_in(olga), signed_in(ada))
    for client in clients:
        client.get("/")  # so that each has the cookies that everybody gets
    return dict(zip(ROLES, clients, strict=True))


def address(name, event, slug=""):
    """The address of this name for Ann's posts in an event, or for the same under another slug."""
    pks = {"comments/<": Comment, "entries/<": Entry, "bans/<": Ban, "acts/<": Act, "invitations/<int": Invitation}
    route = ROUTES[name].replace("<slug:slug>", slug or event.slug)
    model = next((model for part, model in pks.items() if part in route), None)
    if model:
        route = route.replace("<int:pk>", str(model.objects.filter(event=event).order_by("pk").first().pk))
    route = route.replace("people/<int:pk>", f"people/{event.hosts.first().pk}").replace("<int:pk>", "0")
    route = route.replace("<path:template>/<slug:state>", "partials/entry.html/plain")
    route = route.replace("<slug:colour>", "0b6157").replace("<slug:digest>", event.logo)
    return "/" + route.replace("<str:token>", "x")


def the_file(event):
    return SimpleUploadedFile("match.json", "".join(exports.pieces(event)).encode())


def form(name, event):
    """What the form at this address sends when it is filled in as it should be."""
    return {
        "create": FORM,
        "language": {"language": "en"},
        "import": {"file": the_file(event)} if name == "import" else {},
        "settings": FORM | {"slug": event.slug},
        "entries": {"name": "Eve", "text": "Hello", "key": "k"},
        "comments": {"name": "Eve", "text": "Hello", "key": "k"},
        "react": {"kind": "like"},
        "edit-entry": {"text": "Better"},
        "edit-comment": {"text": "Better"},
        "ban-entry": {"period": "day"},
        "ban-comment": {"period": "day"},
        "rules": {"posting": "all"},
        "erase-entry": {"word": "erase"},
        "erase-comment": {"word": "erase"},
        "delete": {"title": event.title},
    }.get(name, {})


def ask(client, method, name, event, slug="", **options):
    """The answer; nothing that it did stays, in the database or in the browser."""
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        send = {"GET": client.get, "POST": client.post}.get(method)
        path = address(name, event, slug)
        if send is None:
            answer = client.generic(method, path, **options)
        else:
            answer = send(path, form(name, event) if method == "POST" else None, **options)
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer


def outcome(answer):
    status = answer.status_code
    if status == 302 and answer["Location"].startswith("/sign-in/"):
        return "in"
    # 409: who may do it is told that there is nothing to be done.
    return {403: "no", 404: "absent", 405: "-", 409: "ok"}.get(status) or ("ok" if status < 400 else str(status))


@pytest.mark.parametrize("visibility", ["public", "unlisted"])
def test_everybody_does_what_they_may_and_nothing_else(event, people, visibility):
    event.configure(visibility=visibility)
    names = TABLE if visibility == "public" else OF_AN_EVENT
    found = {
        name: tuple(
            " ".join(outcome(ask(client, method, name, event)) for client in people.values()) for method in CELLS
        )
        for name in names
    }
    assert found == {name: TABLE[name] for name in names}


KEEPING = {"django_session", "feeds_signin", "feeds_known", "feeds_networkkey", "feeds_attempt"}
"""Tables of who is here and was here, which nobody reads but the server and the one it is about."""


def test_nobody_changes_anything_by_looking(event, people):
    """Host or not; also what is only written down."""
    for role in ("anonymous", "poster", "owner"):
        for name in ROUTES:
            with CaptureQueriesContext(connection) as asked:
                people[role].get(address(name, event))
            changed = {
                found[1]
                for each in asked
                if (found := re.match(r'(?:INSERT (?:OR IGNORE )?INTO|UPDATE|DELETE FROM) "(\w+)"', each["sql"]))
            }
            assert changed <= KEEPING, (role, name)


def test_who_is_refused_changes_nothing(event, people):
    event.configure(visibility="public")

    def everything():
        rows = [list(model.objects.order_by("pk").values()) for model in (Event, Entry, Comment, Ban)]
        return repr(rows), set(event.hosts.all())

    before = everything()
    for name in OF_AN_EVENT:
        for cell, (role, client) in zip(TABLE[name][1].split(), people.items(), strict=True):
            if cell != "ok":
                client.post(address(name, event), form(name, event))
                assert everything() == before, (name, role)


def compared(answer, slug):
    """All of an answer but the address that was asked for and what is random in every answer."""
    without = re.compile(rf"{slug}|[0-9A-Za-z]{{64}}|[0-9a-f]{{32}}")
    headers = sorted((name, without.sub("…", value)) for name, value in answer.headers.items())
    cookies = sorted((name, bool(cookie.value), cookie["max-age"]) for name, cookie in answer.cookies.items())
    return answer.status_code, headers, cookies, without.sub("…", answer.content.decode())


METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
ABSENT = "nowhere"


WAYS = [*((method, {}) for method in METHODS), *((method, HTMX) for method in CELLS)]


@pytest.mark.parametrize(("method", "headers"), WAYS, ids=[f"{way}{' by htmx' if said else ''}" for way, said in WAYS])
def test_a_draft_is_a_missing_event_to_all_but_its_hosts(event, people, method, headers):
    event.configure(visibility="draft", slug="rebuild")
    for name in OF_AN_EVENT:
        for role in OUTSIDERS:
            answer, missing = (
                ask(people[role], method, name, event, slug, headers=headers) for slug in (event.slug, ABSENT)
            )
            assert answer.status_code in {204, 302, 403, 404, 405}, (name, role)
            assert compared(answer, event.slug) == compared(missing, ABSENT), (name, role)
        if method in CELLS:
            hosts = [outcome(ask(people[role], method, name, event, headers=headers)) for role in HOSTING]
            assert hosts == TABLE[name][CELLS[method]].split()[len(OUTSIDERS) :], name


def test_nothing_that_a_request_says_of_itself_tells_a_draft_from_a_missing_event(event, people):
    """Not a validator that fits everything or was good while the event was public, and no language."""
    event.configure(visibility="public")
    known = {name: ask(people["poster"], "GET", name, event).headers.get("ETag", "*") for name in OF_AN_EVENT}
    event.configure(visibility="draft", slug="rebuild")
    german, htmx = {"Accept-Language": "de"}, HTMX | {"Accept-Language": "de", "If-None-Match": "*"}
    future = {"If-Modified-Since": "Fri, 31 Dec 2100 23:59:59 GMT"}
    for name in OF_AN_EVENT:
        asked = [{"If-None-Match": f"{known[name]}, *"}, future, german, htmx]
        ways = [*(("GET", headers) for headers in asked), ("HEAD", HTMX), ("OPTIONS", german), ("POST", htmx)]
        for method, headers in ways:
            for role in ("anonymous", "poster"):
                answer, missing = (
                    ask(people[role], method, name, event, slug, headers=headers) for slug in ("", ABSENT)
                )
                assert answer.status_code in {204, 302, 403, 404, 405}, (name, method, role, headers)
                assert compared(answer, event.slug) == compared(missing, ABSENT), (name, method, role, headers)


def test_that_comparison_notices_a_difference(event, people):
    answers = [ask(people["anonymous"], "GET", "event", event, slug) for slug in ("", ABSENT)]
    assert compared(answers[0], event.slug) != compared(answers[1], ABSENT)
    answers = [ask(people["host"], "GET", "changes", event, slug, headers=HTMX) for slug in ("", ABSENT)]
    assert compared(answers[0], event.slug) != compared(answers[1], ABSENT)


@pytest.mark.parametrize("visibility", ["public", "unlisted", "draft"])
def test_who_may_open_a_socket(event, people, visibility):
    event.configure(visibility=visibility)

    def opens(client):
        try:
            return _authorise(event.slug, {name: cookie.value for name, cookie in client.cookies.items()})
        except Http404:
            return None

    found = {role: opens(client) for role, client in people.items()}
    outside = None if visibility == "draft" else (event.pk, False)
    assert {role: opened and (opened[0], opened[1] is not None) for role, opened in found.items()} == {
        role: outside if role in OUTSIDERS else (event.pk, True) for role in ROLES
    }


@pytest.mark.parametrize("visibility", ["public", "unlisted", "draft"])
def test_lists_name_an_event_to_whom_they_may(event, people, visibility):
    event.configure(visibility=visibility, title="Rebuild the club house")
    for role, client in people.items():
        for path, headers in (("/", {}), ("/events/", HTMX)):
            listed = "Rebuild the club house" in client.get(path, headers=headers).content.decode()
            assert listed is (visibility == "public" or role not in OUTSIDERS), (role, path)


def test_no_post_is_reached_by_the_address_of_another_event(event, elsewhere, people):
    """Sam hosts the regatta, which gives him nothing in the match."""
    names = [name for name in OF_AN_EVENT if re.search("(entries|comments|bans|acts)/<int", ROUTES[name])]
    assert names
    for name in names:
        for method in CELLS:
            answer = ask(people["other host"], method, name, event, elsewhere.slug)
            assert outcome(answer) in {"absent", "-"}, (name, method)


def test_the_addresses_are_those_meant(event, ann):
    for name in TABLE:
        found = resolve(address(name, event))
        post = found.kwargs.get("post")
        assert (f"{found.url_name}-{post.model.__name__.lower()}" if post else found.url_name or name) == name
