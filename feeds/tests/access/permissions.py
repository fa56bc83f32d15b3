"""A table of every address and method, for everybody there is: who may do what."""

from copy import deepcopy

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from feeds.models import Act, Ban, Comment, Entry, Invitation, Post
from feeds.models.post.kinds import plural_of
from feeds.tests.helpers import FORM
from feeds.transfer import exports
from feeds.urls import urlpatterns

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
    """The same for a page that needs an account, to which people come back after signing in."""
    return " ".join(["in", "in", *who.split()[2:]])


TABLE = {  # by name, or by route where there is none: what becomes of GET and of POST
    "home": (EVERYBODY, NOBODY),
    **dict.fromkeys(("events-atom", "live-atom", "events-calendar"), (EVERYBODY, NOBODY)),
    "oembed": (ABSENT_TO_ALL, NOBODY),  # of no address
    "robots": (EVERYBODY, NOBODY),
    "site-map": (EVERYBODY, NOBODY),
    "favicon.ico": (EVERYBODY, EVERYBODY),
    "design": (f"{'absent ' * 6}ok", NOBODY),  # with DEBUG off
    "design-state": (f"{'absent ' * 6}ok", NOBODY),
    "design-rehearsal": (f"{'absent ' * 6}ok", f"{'absent ' * 6}ok"),
    "design-rehearsed": (ABSENT_TO_ALL, NOBODY),  # one that is none
    **dict.fromkeys(("design-rehearsal-act", "design-rehearsal-look"), (NOBODY, ABSENT_TO_ALL)),
    "design-rehearsal-page": (ABSENT_TO_ALL, ABSENT_TO_ALL),
    "design-picture": (ABSENT_TO_ALL, NOBODY),  # as no picture was taken
    "design-sheet": (f"{'absent ' * 6}ok", NOBODY),
    "design-colours": (f"{'absent ' * 6}ok", NOBODY),
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
    **dict.fromkeys(("feed-atom", "feed-json", "calendar"), (EVERYBODY, NOBODY)),
    **dict.fromkeys(("embed", "entries-html", "share"), (EVERYBODY, NOBODY)),
    "share-picture": (EVERYBODY, NOBODY),  # another digest than its own leads to that
    "settings": (page(HOSTS), HOSTS),
    "status-line": (page(HOSTS), HOSTS),
    "start": (NOBODY, HOSTS),
    "end": (page(HOSTS), HOSTS),
    "archive": (NOBODY, HOSTS),
    "unarchive": (NOBODY, HOSTS),
    "hosting": (EVERYBODY, NOBODY),  # tells that one does not host, or no longer
    "people": (page(HOSTS), NOBODY),
    "invite": (NOBODY, HOSTS),
    "remove-host": (NOBODY, OWNER),
    "reset-link": (NOBODY, OWNER),
    "withdraw": (NOBODY, HOSTS),
    "desk": (page(HOSTS), NOBODY),
    "desk-state": (HOSTS, NOBODY),
    "removed": (HOSTS, NOBODY),
    "rules": (NOBODY, HOSTS),
    "lock-down": (page(HOSTS), HOSTS),
    "preview": (NOBODY, HOSTS),
    "approve-all": (NOBODY, HOSTS),
    "reject-all": (NOBODY, HOSTS),
    "ban-all": (NOBODY, HOSTS),
    "close": (NOBODY, HOSTS),
    **dict.fromkeys(
        ("phrase", "drafts", "take-draft", "publish-draft", "cancel-draft", "delete-draft"), (NOBODY, HOSTS)
    ),
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
    "reply": (EVERYBODY, NOBODY),
    "react": (EVERYBODY, EVERYBODY),
    **dict.fromkeys(("picture", "picture-page"), (ABSENT_TO_ALL, NOBODY)),  # one that is none
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
    **dict.fromkeys(("close-poll", "reopen-poll"), (HOSTS, HOSTS)),
    "add-card": (NOBODY, HOSTS),  # a poll
    **{
        f"{verb}-{kind}": (NOBODY, HOSTS)
        for verb in ("approve", "reject", "restore", "claim", "keep", "take-down")
        for kind in ("entry", "comment")
    },
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


def address(name, event, slug=""):
    """The address of this name for Ann's posts in an event, or for the same under another slug."""
    pks = {"comments/<": Comment, "entries/<": Entry, "bans/<": Ban, "acts/<": Act, "invitations/<int": Invitation}
    route = ROUTES[name].replace("<slug:slug>", slug or event.slug)
    model = next((model for part, model in pks.items() if part in route), None)
    if model:
        route = route.replace("<int:pk>", str(model.objects.filter(event=event).order_by("pk").first().pk))
    if "people/<int:pk>" in route:
        route = route.replace("<int:pk>", str(event.hosts.first().pk))
    if "drafts/<int:pk>" in route and (draft := event.drafts.first()):
        route = route.replace("<int:pk>", str(draft.pk))
    route = route.replace("<slug:kind>", "poll").replace("<int:width>.<slug:form>", "480.webp")
    route = route.replace("<int:pk>", "0").replace("<int:number>", "1")
    route = route.replace("<path:template>/<slug:state>", "partials/entry/entry.html/plain")
    route = route.replace("<int:width>-<slug:scheme>", "390-dark")
    route = route.replace("<slug:medium>/<path:name>", "print/site.css")
    route = route.replace("<slug:language>/<slug:digest>", "en/000000000000")
    route = route.replace("<slug:key>", "x").replace("<path:rest>", f"events/{event.slug}/")
    route = route.replace("<slug:colour>", "0b6157").replace("<slug:digest>", event.logo)
    return "/" + route.replace("<str:token>", "x")


def the_file(event):
    return SimpleUploadedFile("match.json", "".join(exports.pieces(event)).encode())


def seen_of(event):
    """The event's first entry as a decision on the desk names it."""
    entry = Entry.objects.filter(event=event).order_by("pk").first()
    return f"{entry.element_id}:{entry.seq}" if entry else ""


def reaction_to_first(event):
    """The fields of a tap on the first reaction of the event's first entry."""
    return {f"like-{Entry.objects.filter(event=event).order_by('pk').values_list('pk', flat=True).first()}": ""}


POST_OF_EVE = {"name": "Eve", "text": "Hello", "key": "k"}
FORMS = {
    "create": lambda _: FORM,
    "language": lambda _: {"language": "en"},
    "import": lambda event: {"file": the_file(event)},
    "status-line": lambda _: {"status_line": "2–1 · 64'"},
    "settings": lambda event: FORM | {"slug": event.slug},
    **dict.fromkeys(("entries", "drafts", "comments"), lambda _: POST_OF_EVE),
    "react": reaction_to_first,
    "add-card": lambda _: POST_OF_EVE,
    **dict.fromkeys(("edit-entry", "edit-comment"), lambda _: {"text": "Better"}),
    **dict.fromkeys(("ban-entry", "ban-comment"), lambda _: {"period": "day"}),
    "rules": lambda _: {"posting": "all"},
    **dict.fromkeys(("approve-all", "reject-all"), lambda event: {"post": seen_of(event)}),
    "ban-all": lambda event: {"post": seen_of(event), "period": "day"},
    **dict.fromkeys(("erase-entry", "erase-comment"), lambda _: {"word": "erase"}),
    "delete": lambda event: {"title": event.title},
}
"""Fields of each form that has some, filled in properly."""


def form(name, event):
    """Fields of the form at this address."""
    return FORMS[name](event) if name in FORMS else {}


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
