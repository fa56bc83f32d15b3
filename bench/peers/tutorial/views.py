from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django import forms
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token

from .consumers import GROUP
from .models import Entry


class EntryForm(forms.Form):
    name = forms.CharField(max_length=60)
    text = forms.CharField(max_length=2000)


def event(request: HttpRequest) -> HttpResponse:
    return HttpResponse(get_token(request))


def entries(request: HttpRequest) -> HttpResponse:
    """Save, tell the group, answer with an empty form."""
    form = EntryForm(request.POST)
    if not form.is_valid():
        return HttpResponse(form.as_p(), status=422)
    entry = Entry.objects.create(event_id=1, **form.cleaned_data)
    message = {"type": "entry.published", "entry": entry.as_message()}
    async_to_sync(get_channel_layer().group_send)(GROUP, message)
    return HttpResponse(EntryForm().as_p())
