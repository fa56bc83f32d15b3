"""Files for programs that read sites as a whole: the rules for crawlers, and the map of all public events."""

from urllib.parse import urlsplit

from django.contrib.sites.requests import RequestSite
from django.core.paginator import InvalidPage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from feeds.outlets.site_map import EventMap
from feeds.views import origin_of
from feeds.views.caching import PRIVATE

CLOSED = ("/admin/", "/design/", "/sign-in/", "/password/", "/events/*/host/")
"""Addresses without anything to find. No event has its own line: that would name it to everybody."""


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """GET returns the rules for crawlers, and where the map is."""
    closed = "".join(f"Disallow: {path}\n" for path in CLOSED)
    text = f"User-agent: *\n{closed}\nSitemap: {origin_of(request)}{reverse('site-map')}\n"
    return _kept(HttpResponse(text, content_type="text/plain; charset=utf-8"))


@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    """GET returns the map, or the list of its files if there are several; `?p=2` is the second file."""
    events, scheme_and_host = EventMap(), urlsplit(origin_of(request))
    number, last = request.GET.get("p", ""), events.paginator.num_pages
    if not number and last > 1:
        here = origin_of(request) + reverse("site-map")
        listed = [{"location": f"{here}?p={each}"} for each in range(1, last + 1)]
        return _kept(render(request, "sitemap_index.xml", {"sitemaps": listed}, content_type="application/xml"))
    site = RequestSite(request)
    site.domain = scheme_and_host.netloc
    try:
        urls = events.get_urls(page=number or 1, site=site, protocol=scheme_and_host.scheme)
    except InvalidPage:
        raise Http404 from None
    return _kept(render(request, "sitemap.xml", {"urlset": urls}, content_type="application/xml"))


def _kept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = PRIVATE
    return response
