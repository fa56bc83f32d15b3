"""Addresses of pages, actions and sockets, each with what answers it."""

from django.contrib.auth import views as auth
from django.templatetags.static import static
from django.urls import path, re_path, register_converter
from django.views.generic import RedirectView

from feeds.gallery.socket import gallery_socket
from feeds.live.sockets import EventConsumer, refuse
from feeds.models import Verb
from feeds.views import (
    account,
    branding,
    desk,
    errors,
    event_data,
    events,
    export,
    gallery,
    home,
    invitations,
    language,
    live,
    moderation,
    own_posts,
    pages,
    people,
    posts,
    reactions,
    reading,
    reviews,
    revisions,
    sign_in,
    unsent,
    wall,
)
from feeds.views.converters import PostConverter

register_converter(PostConverter, "post")

urlpatterns = [
    path("", home.home, name="home"),
    path("favicon.ico", RedirectView.as_view(url=static("icon.svg"))),  # the admin's pages name no icon
    path("design/", gallery.overview, name="design"),
    path("design/<path:template>/<slug:state>/", gallery.state, name="design-state"),
    path("accent/<slug:colour>.css", branding.accent, name="accent"),
    path("unreachable/", errors.unreachable, name="unreachable"),
    path("go-on/", unsent.go_on, name="go-on"),
    path("sign-in/", sign_in.SignIn.as_view(), name="sign-in"),
    path("sign-in/<str:token>/", account.one_time, name="one-time"),
    path("sign-out/", auth.LogoutView.as_view(), name="sign-out"),
    path("language/", language.language, name="language"),
    path("password/", account.SetPassword.as_view(), name="password"),
    path("password/forgotten/", sign_in.AskReset.as_view(), name="ask-reset"),
    path("password/<str:token>/", sign_in.reset, name="reset"),
    path("email/", account.email, name="email"),
    path("sessions/end-others/", account.end_others, name="end-others"),
    path("sessions/<int:pk>/end/", account.end, name="end-session"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("events/", home.events, name="events"),
    path("events/new/", events.create, name="create"),
    path("events/import/", event_data.take_in, name="import"),
    path("events/<slug:slug>/", pages.event, name="event"),
    path("events/<slug:slug>/wall/", wall.wall, name="wall"),
    path("events/<slug:slug>/logo/<slug:digest>.webp", branding.logo, name="logo"),
    path("events/<slug:slug>/settings/", events.settings, name="settings"),
    path("events/<slug:slug>/status-line/", events.status_line, name="status-line"),
    path("events/<slug:slug>/start/", events.step, {"verb": "start"}, name="start"),
    path("events/<slug:slug>/end/", events.end, name="end"),
    path("events/<slug:slug>/hosting/", people.hosting, name="hosting"),
    path("events/<slug:slug>/people/", people.people, name="people"),
    path("events/<slug:slug>/people/invite/", people.invite, name="invite"),
    path("events/<slug:slug>/people/<int:pk>/remove/", people.remove, name="remove-host"),
    path("events/<slug:slug>/people/<int:pk>/reset/", people.reset_link, name="reset-link"),
    path("events/<slug:slug>/people/invitations/<int:pk>/withdraw/", people.withdraw, name="withdraw"),
    path("events/<slug:slug>/archive/", events.step, {"verb": "archive"}, name="archive"),
    path("events/<slug:slug>/unarchive/", events.step, {"verb": "unarchive"}, name="unarchive"),
    path("events/<slug:slug>/changes/", live.changes, name="changes"),
    path("events/<slug:slug>/rest/", live.rest, name="rest"),
    path("events/<slug:slug>/reading/", reading.reading, name="reading"),
    path("events/<slug:slug>/fragment/", live.fragment, name="fragment"),
    path("events/<slug:slug>/own-posts.css", own_posts.own_posts, name="own-posts"),
    path("events/<slug:slug>/waiting/", own_posts.waiting, name="waiting"),
    path("events/<slug:slug>/react/", reactions.react, name="react"),
    path("events/<slug:slug>/entries/", posts.entries, name="entries"),
    path("events/<slug:slug>/entries/<int:pk>/", pages.entry, name="entry"),
    path("events/<slug:slug>/entries/<int:pk>/comments/", posts.comments, name="comments"),
    path("events/<slug:slug>/entries/<int:pk>/reply/", posts.reply, name="reply"),
    path("events/<slug:slug>/entries/<int:pk>/pin/", moderation.pin, name="pin"),
    path("events/<slug:slug>/entries/<int:pk>/unpin/", moderation.unpin, name="unpin"),
    path("events/<slug:slug>/entries/<int:pk>/moment/", moderation.moment, name="moment"),
    path("events/<slug:slug>/<post:post>/edit/", revisions.edit, name="edit"),
    path("events/<slug:slug>/<post:post>/remove/", revisions.remove, name="remove"),
    path("events/<slug:slug>/<post:post>/ban/", moderation.ban, name="ban"),
    path("events/<slug:slug>/<post:post>/approve/", moderation.decide, {"verb": "approve"}, name="approve"),
    path("events/<slug:slug>/<post:post>/reject/", moderation.decide, {"verb": "reject"}, name="reject"),
    path("events/<slug:slug>/<post:post>/claim/", reviews.claim, name="claim"),
    path("events/<slug:slug>/<post:post>/restore/", moderation.decide, {"verb": "restore"}, name="restore"),
    path("events/<slug:slug>/host/", desk.desk, name="desk"),
    path("events/<slug:slug>/host/state/", desk.state, name="desk-state"),
    path("events/<slug:slug>/host/removed/", desk.removed, name="removed"),
    path("events/<slug:slug>/host/approve/", reviews.review, {"verb": Verb.APPROVED}, name="approve-all"),
    path("events/<slug:slug>/host/reject/", reviews.review, {"verb": Verb.REJECTED}, name="reject-all"),
    path("events/<slug:slug>/host/ban/", reviews.ban, name="ban-all"),
    path("events/<slug:slug>/host/close/", reviews.close, name="close"),
    path("events/<slug:slug>/host/rules/", desk.change_rules, name="rules"),
    path("events/<slug:slug>/host/preview/", desk.preview, name="preview"),
    path("events/<slug:slug>/host/log/", desk.log, name="log"),
    path("events/<slug:slug>/host/acts/<int:pk>/undo/", moderation.undo, name="undo"),
    path("events/<slug:slug>/bans/<int:pk>/lift/", moderation.lift_ban, name="lift-ban"),
    path("events/<slug:slug>/owner/", event_data.data, name="owner"),
    path("events/<slug:slug>/owner/<post:post>/", event_data.erase, name="erase"),
    path("events/<slug:slug>/delete/", event_data.delete, name="delete"),
    path("events/<slug:slug>/export/", export.export, name="export"),
]

websocket_urlpatterns = [
    path("events/<slug:slug>/live/", EventConsumer.as_asgi()),
    path("design/live/", gallery_socket),  # type: ignore[arg-type]  # Django's types know of no ASGI applications
    re_path("", refuse),  # type: ignore[arg-type]  # without it an unknown path is a traceback in the log
]
