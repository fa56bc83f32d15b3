from django.urls import path

from . import consumers, views

urlpatterns = [
    path("", views.event),
    path("entries/", views.entries),
    path("entries/<int:number>/", views.event, name="entry"),
]

websocket_urlpatterns = [
    path("live/", consumers.RenderedPerSocket.as_asgi()),
    path("live/once/", consumers.RenderedOnce.as_asgi()),
    path("publish/", consumers.Publisher.as_asgi()),
    path("publish/once/", consumers.PublisherOfText.as_asgi()),
]
