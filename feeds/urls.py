from django.contrib.auth import views as auth
from django.templatetags.static import static
from django.urls import path, re_path
from django.views.generic import RedirectView

from feeds.consumers import EventConsumer, refuse
from feeds.views import account, errors, hosting, live, moderation, owner, pages, posts

urlpatterns = [
    path("", pages.home, name="home"),
    path("favicon.ico", RedirectView.as_view(url=static("icon.svg"))),  # the admin's pages name no icon
    path("unreachable/", errors.unreachable, name="unreachable"),
    path("sign-in/", auth.LoginView.as_view(template_name="sign_in.html"), name="sign-in"),
    path("sign-in/<str:uid>/<str:token>/", account.one_time, name="one-time"),
    path("sign-out/", auth.LogoutView.as_view(), name="sign-out"),
    path("password/", account.SetPassword.as_view(), name="password"),
    path("events/", pages.events, name="events"),
    path("events/new/", hosting.create, name="create"),
    path("events/import/", owner.take_in, name="import"),
    path("events/<slug:slug>/", pages.event, name="event"),
    path("events/<slug:slug>/settings/", hosting.settings, name="settings"),
    path("events/<slug:slug>/start/", hosting.start, name="start"),
    path("events/<slug:slug>/end/", hosting.end, name="end"),
    path("events/<slug:slug>/changes/", live.changes, name="changes"),
    path("events/<slug:slug>/own-posts.css", pages.own_posts, name="own-posts"),
    path("events/<slug:slug>/entries/", posts.entries, name="entries"),
    path("events/<slug:slug>/entries/<int:pk>/", pages.entry, name="entry"),
    path("events/<slug:slug>/entries/<int:pk>/comments/", posts.comments, name="comments"),
    path("events/<slug:slug>/entries/<int:pk>/edit/", posts.edit_entry, name="edit-entry"),
    path("events/<slug:slug>/entries/<int:pk>/remove/", posts.remove_entry, name="remove-entry"),
    path("events/<slug:slug>/entries/<int:pk>/pin/", moderation.pin, name="pin"),
    path("events/<slug:slug>/entries/<int:pk>/unpin/", moderation.unpin, name="unpin"),
    path("events/<slug:slug>/entries/<int:pk>/ban/", moderation.ban_by_entry, name="ban-entry"),
    path("events/<slug:slug>/comments/<int:pk>/ban/", moderation.ban_by_comment, name="ban-comment"),
    path("events/<slug:slug>/bans/<int:pk>/lift/", moderation.lift_ban, name="lift-ban"),
    path("events/<slug:slug>/comments/<int:pk>/edit/", posts.edit_comment, name="edit-comment"),
    path("events/<slug:slug>/comments/<int:pk>/remove/", posts.remove_comment, name="remove-comment"),
    path("events/<slug:slug>/owner/", owner.data, name="owner"),
    path("events/<slug:slug>/owner/entries/<int:pk>/", owner.erase_by_entry, name="erase-entry"),
    path("events/<slug:slug>/owner/comments/<int:pk>/", owner.erase_by_comment, name="erase-comment"),
    path("events/<slug:slug>/delete/", owner.delete, name="delete"),
    path("events/<slug:slug>/export/", owner.export, name="export"),
]

websocket_urlpatterns = [
    path("events/<slug:slug>/live/", EventConsumer.as_asgi()),
    re_path("", refuse),  # type: ignore[arg-type]  # without it an unknown path is a traceback in the log
]
