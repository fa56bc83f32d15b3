"""Reactions in an export and an import."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from feeds.models import Event
from feeds.transfer import exports
from feeds.transfer.imports import ImportForm


def test_a_copy_of_an_event_has_its_numbers_and_counts_on_from_there(event):
    entry = event.publish("Paul", "Goal!")
    entry.react("like", visitor="r" * 32)
    entry.publish_counts()
    document = json.loads("".join(exports.pieces(Event.objects.get())))
    form = ImportForm(files={"file": SimpleUploadedFile("x.json", json.dumps(document).encode())})
    assert form.is_valid()
    copy = form.save(event.owner)
    copy.configure(state="live")
    copied = copy.entries.get()
    assert copied.counts == {"like": 1}
    copied.react("like", visitor="e" * 32)
    copied.publish_counts()
    copied.refresh_from_db()
    assert copied.counts == {"like": 2}


@pytest.mark.parametrize(
    ("where", "reactions", "mistake"),
    [
        ("entry", {"shrug": 1}, "“shrug” is not a reaction. Use only: like, love, laugh"),
        ("entry", {"like": -1}, "Use a whole number from 0 to 1,000,000,000."),
        ("entry", {"like": True}, "Use a whole number from 0 to 1,000,000,000."),
        ("entry", "like", "“reactions” must be an object in braces."),
        ("event", "like shrug", "Use at most 5 of: like, love, laugh"),
        ("event", "like love laugh wow sad clap", "Use at most 5 of: like, love, laugh"),
    ],
)
def test_a_file_has_only_reactions_that_there_are(event, where, reactions, mistake):
    event.publish("Paul", "Goal!")
    document = json.loads("".join(exports.pieces(Event.objects.get())))
    (document["event"] if where == "event" else document["entries"][0])["reactions"] = reactions
    form = ImportForm(files={"file": SimpleUploadedFile("x.json", json.dumps(document).encode())})
    assert not form.is_valid()
    assert mistake in form.errors["file"][0]


def test_a_file_of_a_server_without_reactions_gets_the_usual_ones(event):
    document = json.loads("".join(exports.pieces(event)))
    for name in ("reactions", "show_readers", "show_typing"):
        del document["event"][name]
    form = ImportForm(files={"file": SimpleUploadedFile("x.json", json.dumps(document).encode())})
    assert form.is_valid()
    copy = form.save(event.owner)
    assert (copy.reactions, copy.show_readers, copy.show_typing) == ("like love laugh clap", True, True)
