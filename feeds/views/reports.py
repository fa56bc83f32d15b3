"""Reports of posts by readers."""

import re

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from feeds.access import rules
from feeds.access.visitors import COOKIE, Person
from feeds.forms import new_form_key
from feeds.forms.cursors import ELEMENT_ID
from feeds.models import NetworkKey, Post
from feeds.models.post.kinds import PostKey
from feeds.values.addresses import client_address
from feeds.views import HtmxRequest, came_from
from feeds.views.errors import SeeOther


def report(request: HtmxRequest, slug: str, named: str) -> HttpResponse:
    """Report the post with this id on the page for a visitor, once however often they do so.

    The form is that of the reactions, so that a page has one token for all posts.
    """
    person, found = Person.of(request), re.fullmatch(ELEMENT_ID, named)
    if not found:
        raise Http404
    post = rules.post_for(person, slug, PostKey(Post.kinds[found[1]], int(found[2])), removed_too=True)
    if person.hosts(post.event):
        raise PermissionDenied(_("You host this event. You can remove the post instead."))
    address = client_address(request)
    network = NetworkKey.objects.disguise(address)
    is_first = post.event.reports.file(post, visitor=person.visitor.id, network=network, address=address)
    said = _("Reported. A host will look at it.") if is_first else _("You have already reported this.")
    if request.htmx:
        context = {"event": post.event, "form_key": new_form_key(), "said": said}
        response = render(request, "partials/reaction/report_answer.html", context)
    else:
        messages.success(request, said)
        at_event = came_from(request, post.event.get_absolute_url())
        response = SeeOther(post.get_absolute_url() if at_event else post.own_page)
    if COOKIE not in request.COOKIES:
        person.visitor.remember(response)
    return response
