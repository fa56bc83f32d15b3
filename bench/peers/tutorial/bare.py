"""A Django view that does nothing but the two writes of a post, in one transaction, for plain Daphne.

`daphne tutorial.bare:application`: the tutorial's database and tables; no middleware, no form, no template.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tutorial.settings")

import django
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.urls import path

django.setup()

from .models import Entry, Event  # noqa: E402


def entries(request: HttpRequest) -> HttpResponse:
    with transaction.atomic():
        Event.objects.filter(pk=1).update(head=F("head") + 1)
        Entry.objects.create(event_id=1, name=request.POST["name"], text=request.POST["text"])
    return HttpResponse("Published.", headers={"Content-Length": "10"})


urlpatterns = [path("entries/", entries)]
settings.MIDDLEWARE = []
settings.ROOT_URLCONF = __name__
application = get_asgi_application()
