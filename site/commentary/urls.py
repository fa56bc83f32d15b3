"""Addresses of the installation: the admin, the app `feeds`, and the pages for errors."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    # The admin's own sign-in would not limit tries, so there is only one.
    path("admin/login/", RedirectView.as_view(pattern_name="sign-in", query_string=True)),
    path("admin/password_change/", RedirectView.as_view(pattern_name="password")),
    path("admin/", admin.site.urls),
    path("", include("feeds.urls")),
]

handler400 = "feeds.views.errors.bad_request"
handler403 = "feeds.views.errors.forbidden"
handler404 = "feeds.views.errors.not_found"
handler500 = "feeds.views.errors.broken"
