"""CPU time of a post and of its frame: each part alone, in the product, without a server around it."""

OUT_OF_REACH = (
    "Each part runs alone, again and again. In the whole path its code and data leave the processor's caches while "
    "1,000 sockets are written to, and it takes about twice as long.",
    "Beside the fan-out, the bound on the whole path leaves about what these parts take then, and nothing for the "
    "request around them. Most of a query's time Django puts its SQL together and makes objects of rows; the "
    "database's share is small. Two processes read and render each change twice. The bare view has two of these "
    "queries, and no visitor, form, lock, look-up of repetitions, token or template.",
    "The next step would be to keep the compiled SQL of these six queries, for which Django has no means yet, and then "
    "to let one process of several render for all, which would make readers depend on another process and on Redis.",
)
PARTS = """
import secrets
import time

from django.db import connection, transaction
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from feeds.access.visitors import Visitor
from feeds.forms import Cursor, EntryForm
from feeds.models.event.history import sole
from feeds.timeline.variants import Variant

event = Event.objects.get(slug={slug!r})
entry = event.publish('Ann', {text!r})
entry.event = event
event.refresh_from_db()
entry.shown_comments = []
start, head = Cursor(event.epoch, event.head - 1), Cursor(event.epoch, event.head)
visitor = Visitor(secrets.token_hex(16), 'Ann')
common = {{'event': event, 'form_key': secrets.token_hex(16)}}
common['variant'] = Variant.plain()
frame = common | {{'cursor': head, 'guard': f'[value={{start}}]', 'appeared': [(entry, None)]}}
composer = common | {{'remembered': 'Ann', 'answered': True, 'focus': 'text'}}


def insert():
    with transaction.atomic():
        event.entries.create(
            event=event, seq=0, position=secrets.randbits(40), shown=0, name='Ann', text={text!r},
            published_at=entry.published_at, submission=secrets.token_hex(16),
        )
        transaction.set_rollback(True)


def move_the_head():
    fields = {{'head': event.head, 'epoch': event.epoch, 'earlier_epochs': event.earlier_epochs}}
    Event.objects.filter(pk=event.pk).update(**fields)


for what, part in {{
    'POST: find the event': lambda: Event.objects.at({slug!r}),
    'POST: read the visitor, check the form': lambda: (
        visitor.remember(HttpResponse()), EntryForm({{'name': 'Ann', 'text': {text!r}, 'key': 'a' * 32}}).is_valid()
    ),
    'POST: the event again, under its lock': lambda: sole(
        Event.objects.select_for_update(no_key=True).filter(pk=event.pk)
    ),
    'POST: was this sent before?': lambda: sole(event.entries.filter(submission='0' * 64)),
    'POST: insert, in a transaction': insert,
    'POST: move the head': move_the_head,
    'POST: render the empty form': lambda: render_to_string('partials/entry/entry_form.html', composer),
    'Frame: find the event': lambda: sole(Event.objects.filter(pk=event.pk)),
    'Frame: entries that changed': lambda: Entry.objects.filter(event=event).changed_within(start.seq, head.seq),
    'Frame: comments that changed': lambda: Comment.objects.filter(
        event=event, entry__state='shown'
    ).changed_within(start.seq, head.seq),
    'Frame: render it': lambda: render_to_string('partials/live/frame.html', frame),
}}.items():
    for _ in range(20):
        part()
    before = time.process_time()
    for _ in range(300):
        part()
    spent = (time.process_time() - before) / 300
    with CaptureQueriesContext(connection) as queries:
        part()
    print(f'{{what}}|{{spent * 1e6:.0f}}|{{len(queries)}}')
"""
