from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("feeds.urls")),
]

handler400 = "feeds.views.errors.bad_request"
handler403 = "feeds.views.errors.forbidden"
handler404 = "feeds.views.errors.not_found"
handler500 = "feeds.views.errors.broken"
