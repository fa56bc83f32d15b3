"""Pictures of entries: their files, which browsers keep, and a page for each. Those of hidden entries do not exist."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from feeds.access import rules
from feeds.access.visitors import Person
from feeds.models import Event, PictureFile, PostState
from feeds.models.post.pictures import Picture
from feeds.values.renditions import FORMS
from feeds.views.caching import never_kept

YEAR = 365 * 24 * 3600


def _event_of(request: HttpRequest, slug: str) -> Event:
    """The event, if the person behind the request may read it."""
    person = Person.of(request)
    return rules.event_in_public(person, slug) or rules.event_for(person, slug)


@require_safe
def picture(request: HttpRequest, slug: str, digest: str, width: int, form: str) -> HttpResponse:
    """GET returns a rendition of a picture on an entry that readers see; else 404.

    Browsers keep it, since other pixels have another address. Caches in front do not: a picture may be removed.
    """
    event = _event_of(request, slug)
    files = PictureFile.objects.filter(picture__digest=digest, form=form, width=width)
    found = files.filter(picture__card__entry__event=event.pk, picture__card__entry__state=PostState.SHOWN).first()
    if found is None or form not in FORMS:
        raise Http404
    # Some databases return a memoryview.
    response = HttpResponse(bytes(found.content), content_type=FORMS[form])
    if event.visibility == Event.Visibility.DRAFT:
        return never_kept(response)
    response["Cache-Control"] = f"private, max-age={YEAR}, immutable"
    return response


@require_safe
def page(request: HttpRequest, slug: str, digest: str) -> HttpResponse:
    """GET shows a picture alone, as large as the window is."""
    event = rules.event_for(Person.of(request), slug)
    on = Picture.objects.filter(digest=digest, card__entry__event=event.pk, card__entry__state=PostState.SHOWN)
    found = on.filter(state=Picture.State.MADE).defer("content").select_related("card__entry").first()
    if found is None:
        raise Http404
    found.card.entry.event = event
    context = {"event": event, "picture": found, "entry": found.card.entry}
    return never_kept(render(request, "post/picture.html", context))
