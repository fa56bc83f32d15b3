"""Template tags and filters for texts, people, posts and moments."""

import re
import time
from collections.abc import Iterable
from datetime import UTC, datetime

from django import template
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.forms import BoundField
from django.template.base import Parser, Token
from django.template.defaulttags import CsrfTokenNode
from django.templatetags.static import static
from django.utils import dateformat
from django.utils.formats import number_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from feeds.access.senders import FIELD, Sender
from feeds.forms.cards import CardFields, kinds_for
from feeds.models import KINDS, Act, Comment, Entry, Event, Post
from feeds.models.post.hues import hue_of
from feeds.values.clocks import is_repeated, when, zone_of
from feeds.values.markup import marked_up, without_markup, written
from feeds.values.site import site

register = template.Library()
register.simple_tag(site)


@register.simple_tag
def theme_css() -> str:
    """The address of the theme's style sheet; "" without one."""
    there = settings.THEME_DIR and (settings.THEME_DIR / "theme.css").is_file()
    return static("theme.css") if there else ""


@register.simple_tag(takes_context=True)
def sender(context: template.Context) -> str:
    """The sender that a page is rendered for: see feeds/access/senders.py. Cached pages have a placeholder for it."""
    user, hosting = context.get("user"), context.get("hosting")
    known = hosting if isinstance(hosting, bool) else None
    return str(context.get("sender") or Sender.of(user if isinstance(user, User) else AnonymousUser(), known))


class TokenNode(CsrfTokenNode):
    """Django's tag with the sender's field, so that no form can lack it."""

    def render(self, context: template.Context) -> SafeString:
        """The hidden fields of the token and the sender; "" without a token."""
        token = super().render(context)
        named = format_html('<input type="hidden" name="{}" value="{}">', FIELD, sender(context))
        return mark_safe(token + named if token else "")  # noqa: S308  (both parts are escaped)


@register.tag
def csrf_token(parser: Parser, token: Token) -> TokenNode:
    """Replaces Django's tag of this name."""
    return TokenNode()


@register.simple_tag
def this_hour() -> int:
    """Number of the next full hour, the same for many pages. A page keeps it to tell how long it has been at rest."""
    return -(-int(time.time()) // 3600)


register.filter("marked_up", marked_up)


@register.filter
def words(post: Post) -> SafeString:
    """A post's text as HTML, with markup if it has any. A text that only repeats the title of an entry is left out."""
    text = post.text
    if isinstance(post, Entry) and text == post.title:
        return SafeString("")
    return marked_up(text) if post.markdown else written(text)


@register.filter
def is_cut(post: Post) -> bool:
    """Whether a pinned entry is too long for two lines of a phone."""
    return len(post.text) > 60 or "\n" in post.text


@register.filter
def gist(post: Post) -> str:
    """A post's words without markup, for titles."""
    return " ".join(without_markup(words(post)).split())


register.filter("hue", hue_of)


@register.filter
def initial(name: str) -> str:
    """The letter or digit that stands for a name, else its first character."""
    return next((char for char in name if char.isalnum()), name[:1]).upper()[:1]


_DAY = re.compile(r'<[^<>]* data-day="(\d+)"')
DAYS = 40
"""Number of days that static/days.css can tell apart; neighbours in a list are hardly ever 40 days apart."""


@register.filter
def reactions(entry: Entry, event: Event) -> list[tuple[str, str, int]]:
    """The reactions to choose from: kind, word and number of each."""
    return [(kind, str(KINDS[kind][1]), entry.counts.get(kind, 0)) for kind in event.kinds]


@register.filter
def cards_for(event: Event, hosting: bool) -> list[CardFields]:
    """Kinds of cards that a host, or else a visitor, may add to an entry now."""
    return kinds_for(event, host=hosting)


@register.filter
def clock(moment: datetime, event: Event) -> str:
    """The time and zone of a moment in the event's zone; with the date unless it is the day the event starts."""
    return _clock(moment.astimezone(event.tz), beside=event.starts_at)


@register.filter
def short_clock(moment: datetime, event: Event) -> str:
    """The same as `clock` without the zone, which a page says once; with it if the clocks showed that time twice."""
    return _short(moment.astimezone(event.tz), beside=event.starts_at)


@register.filter
def time_of(post: Post, event: Event) -> str:
    """The time of a post. Lists show the day on which entries were published; another day is told with the time."""
    beside = post.entry.published_at if isinstance(post, Comment) else post.published_at
    return _short(post.time.astimezone(event.tz), beside=beside)


@register.filter
def time_of_edit(post: Post, event: Event) -> str:
    """The time of a post's last edit; with the date unless it is the day it was published."""
    return _short((post.edited_at or post.published_at).astimezone(event.tz), beside=post.published_at)


def _short(local: datetime, *, beside: datetime) -> str:
    """A time without its zone, unless the clocks showed it twice."""
    shown = _clock(local, beside=beside)
    return shown if is_repeated(local) else shown.removesuffix(f" {zone_of(local)}")


def _clock(local: datetime, *, beside: datetime) -> str:
    # Translators: these are formats of Django's template filter “date”.
    pattern = pgettext("date format", "j M, H:i")
    if local.date() == beside.astimezone(local.tzinfo).date():
        pattern = pgettext("date format", "H:i")
    return f"{dateformat.format(local, pattern)} {zone_of(local)}"


@register.filter
def in_zone(moment: datetime, event: Event) -> datetime:
    """The same moment in the event's zone."""
    return moment.astimezone(event.tz)


@register.filter
def machine(moment: datetime) -> str:
    """A moment for programs, to the minute, as people see it."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


register.filter("when", when)


@register.filter
def day_number(local: datetime) -> int:
    """Number that is the same for moments of one day, and differs between neighbouring days of a list."""
    return local.toordinal() % DAYS


@register.filter
def day(local: datetime) -> str:
    """The day of a moment, in words."""
    return dateformat.format(local, pgettext("date format", "l j F"))


@register.filter
def is_day_of(local: datetime, event: Event) -> bool:
    """Whether it is on the day the event starts, which the page shows at its top."""
    return local.date() == event.starts_at.astimezone(local.tzinfo).date()


@register.filter
def days_meet(entries: str) -> bool:
    """Whether the HTML of a list has entries of several days."""
    return len({*_DAY.findall(str(entries))}) > 1


@register.filter
def in_a_row(names: Iterable[str], element: str = "bdi") -> SafeString:
    """Names of people, or others, as a list within a sentence, each in an element of its own."""
    *before, last = [format_html("<{element}>{}</{element}>", name, element=element) for name in names]
    if not before:
        return last
    row = before[0]
    for name in before[1:]:
        row = format_html(_("{names}, {name}"), names=row, name=name)
    return format_html(_("{names} and {name}"), names=row, name=last)


@register.filter
def grouped(number: int) -> str:
    """A whole number with separated thousands."""
    return number_format(number, force_grouping=True)


@register.filter
def wording(post: Post, name: str) -> SafeString:
    """Words about a post, by their name in its kind's `Wording`."""
    # The patterns are ours, and some are HTML.
    return mark_safe(str(getattr(post.wording, name)) % {"name": escape(post.name)})  # noqa: S308  (the name is escaped)


@register.filter
def focused_if_wrong(field: BoundField) -> SafeString:
    """The field, focused if it is the form's first one with an error."""
    first = next((name for name in field.form.fields if name in field.form.errors), None)
    takes_focus = field.name == first and not field.use_fieldset
    return field.as_widget(attrs={"autofocus": True} if takes_focus else None)


@register.filter
def told(act: Act) -> SafeString:
    """An act of a host as a sentence."""
    by, what = (format_html("<bdi>{}</bdi>", name) for name in (act.by_name, act.what))
    return format_html(act.sentence, by=by, what=what)


@register.filter
def deed(act: Act) -> str:
    """Hidden text for screen readers after “Undo” on a button."""
    # Translators: hidden, after “Undo”: what was done, as in “removed”. It may begin with “: ” instead of a space.
    return _(" %(deed)s") % {"deed": act.deed}
