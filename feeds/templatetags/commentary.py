"""How the words of visitors become HTML, and how people, posts and moments are named on a page."""

import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django import template
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.forms import BoundField
from django.template.defaulttags import CsrfTokenNode
from django.templatetags.static import static
from django.utils import dateformat
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from feeds.access.senders import FIELD, Sender
from feeds.models import KINDS, Act, Comment, Entry, Event, Post
from feeds.values.clocks import is_repeated, when, zone_of
from feeds.values.markup import marked_up, written

register = template.Library()


@register.simple_tag
def theme_css() -> str:
    """Where the style sheet of the theme is; "" without one."""
    there = settings.THEME_DIR and (settings.THEME_DIR / "theme.css").is_file()
    return static("theme.css") if there else ""


@register.simple_tag(takes_context=True)
def sender(context: template.Context) -> str:
    """For whom this is rendered: see feeds/access/senders.py. Kept pages have a stand-in for it."""
    user, hosting = context.get("user"), context.get("hosting")
    known = hosting if isinstance(hosting, bool) else None
    return str(context.get("sender") or Sender.of(user if isinstance(user, User) else AnonymousUser(), known))


class TokenNode(CsrfTokenNode):
    """As Django's tag, which it takes the place of, so that no form can forget to say for whom it was rendered."""

    def render(self, context: template.Context) -> SafeString:
        token = super().render(context)
        named = format_html('<input type="hidden" name="{}" value="{}">', FIELD, sender(context))
        return mark_safe(token + named if token else "")  # noqa: S308  (both parts are escaped)


@register.tag
def csrf_token(parser: Any, token: Any) -> TokenNode:
    return TokenNode()


@register.simple_tag
def this_hour() -> int:
    """The number of the next full hour, which a page keeps to say how long it has been at rest: one for many pages."""
    return -(-int(time.time()) // 3600)


register.filter("marked_up", marked_up)


@register.filter
def words(post: Post) -> SafeString:
    """A post's text, as its author meant it."""
    return marked_up(post.text) if post.markdown else written(post.text)


DAYS = 40
"""Kinds of days that static/lists.css can tell from each other: neighbours in a list are hardly ever 40 days apart."""


@register.filter
def reactions(entry: Entry, event: Event) -> list[tuple[str, str, str, int]]:
    """What one can react to an entry with: kind, picture, word, and how many did."""
    shown = ((kind, *KINDS[kind]) for kind in event.kinds)
    return [(kind, picture, str(word), entry.counts.get(kind, 0)) for kind, picture, word in shown]


@register.filter
def clock(moment: datetime, event: Event) -> str:
    """The time in the event's zone, and the zone; with the date where it is not the day the event starts."""
    return _clock(moment.astimezone(event.tz), beside=event.starts_at)


@register.filter
def short_clock(moment: datetime, event: Event) -> str:
    """As `clock`, where a list has no room for the zone, unless the clocks showed that time twice."""
    local = moment.astimezone(event.tz)
    shown = _clock(local, beside=event.starts_at)
    return shown if is_repeated(local) else shown.removesuffix(f" {zone_of(local)}")


@register.filter
def time_of(post: Post, event: Event) -> str:
    """When it was published. Entries are below a date in the list; comments have one if it is not their entry's."""
    local = post.published_at.astimezone(event.tz)
    return _clock(local, beside=post.entry.published_at if isinstance(post, Comment) else local)


@register.filter
def time_of_edit(post: Post, event: Event) -> str:
    """When it was last edited; with the date where it is not the day it was published."""
    return _clock((post.edited_at or post.published_at).astimezone(event.tz), beside=post.published_at)


def _clock(local: datetime, *, beside: datetime) -> str:
    # Translators: these are formats of Django's template filter “date”.
    pattern = pgettext("date format", "j M, H:i")
    if local.date() == beside.astimezone(local.tzinfo).date():
        pattern = pgettext("date format", "H:i")
    return f"{dateformat.format(local, pattern)} {zone_of(local)}"


@register.filter
def in_zone(moment: datetime, event: Event) -> datetime:
    """The same moment as the clock shows it in the event's zone, zone name included."""
    return moment.astimezone(event.tz)


@register.filter
def machine(moment: datetime) -> str:
    """A moment for programs, to the minute, as people see it."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


register.filter("when", when)


@register.filter
def day_number(local: datetime) -> int:
    """What neighbours in a list have in common that are of the same day."""
    return local.toordinal() % DAYS


@register.filter
def day(local: datetime) -> str:
    return dateformat.format(local, pgettext("date format", "l j F"))


@register.filter
def is_day_of(local: datetime, event: Event) -> bool:
    """Whether it is of the day the event starts, which the page says at its top."""
    return local.date() == event.starts_at.astimezone(local.tzinfo).date()


@register.filter
def in_a_row(names: Iterable[str]) -> SafeString:
    """Names of people as a list in a sentence."""
    *before, last = [format_html("<bdi>{}</bdi>", name) for name in names]
    if not before:
        return last
    row = before[0]
    for name in before[1:]:
        row = format_html(_("{names}, {name}"), names=row, name=name)
    return format_html(_("{names} and {name}"), names=row, name=last)


@register.filter
def grouped(number: int) -> str:
    """A whole number as people write it, with its thousands apart."""
    return number_format(number, force_grouping=True)


@register.filter
def which(post: Post) -> str:
    """What only screen readers hear after “Edit” on a link."""
    # Translators: hidden, after a verb such as “Edit”. In your language it may begin with “: ” instead of a space.
    pattern = _(" entry by %(name)s") if post.kind == "entry" else _(" comment by %(name)s")
    return pattern % {"name": post.name}


@register.filter
def that(post: Post) -> str:
    """What only screen readers hear after “Approve” on a button."""
    # Translators: hidden, after a verb such as “Approve”. In your language it may begin with “: ” instead of a space.
    pattern = _(" the entry by %(name)s") if post.kind == "entry" else _(" the comment by %(name)s")
    return pattern % {"name": post.name}


@register.filter
def author_of(post: Post) -> str:
    """What only screen readers hear after “Ban” on a link."""
    # Translators: hidden, after “Ban”. In your language it may begin with “: ” instead of a space.
    pattern = _(" the author of the entry by %(name)s")
    if post.kind == "comment":
        pattern = _(" the author of the comment by %(name)s")
    return pattern % {"name": post.name}


@register.filter
def focused_if_wrong(field: BoundField) -> SafeString:
    """The field as it is, with the focus if it is the first that is wrong."""
    first = next((name for name in field.form.fields if name in field.form.errors), None)
    takes_focus = field.name == first and not field.use_fieldset
    return field.as_widget(attrs={"autofocus": True} if takes_focus else None)


@register.filter
def told(act: Act) -> SafeString:
    """What a host did, in a sentence."""
    by, what = (format_html("<bdi>{}</bdi>", name) for name in (act.by_name, act.what))
    return format_html(act.sentence, by=by, what=what)


@register.filter
def deed(act: Act) -> str:
    """What only screen readers hear after “Undo” on a button."""
    # Translators: hidden, after “Undo”: what was done, as in “removed”. It may begin with “: ” instead of a space.
    return _(" %(deed)s") % {"deed": act.deed}
