"""The admin, in which every change goes through the verbs and so reaches open pages."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feeds.forms import NameField, TextField, WrittenField, parse_number
from feeds.forms.headings import heading_fields, heading_in
from feeds.forms.posts import require_words
from feeds.models import STATUS_LINE_MAX, Closed, Entry, Event, Gone, Overtaken, Post, Verb
from feeds.models.post.arguments import Heading
from feeds.models.post.kinds import plural_of
from feeds.models.post.querysets import PostQuerySet
from feeds.values.words import has_words, plain

Fields = list[str | list[str] | tuple[str, ...] | tuple[()]]

admin.site.site_header = admin.site.site_title = "Commentary"


WINDOW = 10_000
"""Number of newest rows that a list of the admin reads, so that it stays fast over the years."""


class FirstPages(Paginator):
    """Pages of the first rows, without counting the others."""

    @cached_property
    def count(self) -> int:
        """Number of rows, at most `WINDOW`."""
        rows = self.object_list
        assert isinstance(rows, QuerySet)  # noqa: S101  (of the admin's lists)
        return rows.order_by()[:WINDOW].count()


class Newest(admin.ModelAdmin):
    """Lists the newest rows; searches and filters only among them."""

    paginator = FirstPages
    show_full_result_count = False
    ordering = ("-pk",)
    sortable_by = ()
    search_help_text = gettext_lazy("Searches the newest 10,000.")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Rows with these words; autocomplete fields use it, too."""
        found, duplicates = self.find(request, queryset, search_term) if plain(search_term) else (queryset, False)
        asked = search_term or request.GET.keys() - {"p", "e", "_popup", "_to_field"}
        oldest = self.model._default_manager.order_by("-pk").values_list("pk", flat=True)[WINDOW : WINDOW + 1]
        for pk in oldest if asked else ():
            found = found.filter(pk__gt=pk)
        return found, duplicates

    def find(self, request: HttpRequest, rows: QuerySet[Any], term: str) -> tuple[QuerySet[Any], bool]:
        """Rows with these words, however old, and whether some may be listed twice."""
        return super().get_search_results(request, rows, term)

    def get_deleted_objects(
        self, objs: QuerySet[Any] | Sequence[Any], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """The rows to delete, by name. Django would list everything that depends on them, perhaps a hundred thousand
        rows."""
        denied = set() if self.has_delete_permission(request) else {str(self.opts.verbose_name)}
        return [str(each) for each in objs], {str(self.opts.verbose_name_plural): len(objs)}, denied, []


class EventAdminForm(forms.ModelForm):
    """The same checks as for an event from its page."""

    title = WrittenField(limit=120, label=gettext_lazy("title"), widget=AdminTextInputWidget)
    description = WrittenField(
        limit=1000, label=gettext_lazy("description"), required=False, widget=AdminTextareaWidget
    )
    status_line = WrittenField(
        limit=STATUS_LINE_MAX, label=gettext_lazy("status line"), required=False, widget=AdminTextInputWidget
    )


@admin.register(Event)
class EventAdmin(Newest):
    """Events, changed by `configure` and deleted by `destroy`."""

    list_display = ("title", "slug", "state", "visibility", "posting", "starts_at", "time_zone", "owner")
    list_filter = ("state", "visibility", "posting")
    search_fields = ("title", "slug", "description", "owner__username")
    autocomplete_fields = ("owner", "hosts")
    prepopulated_fields = {"slug": ("title",)}
    readonly_fields = ("ended_at", "head", "epoch")
    list_select_related = ("owner",)
    form = EventAdminForm

    def find(self, request: HttpRequest, rows: QuerySet[Any], term: str) -> tuple[QuerySet[Any], bool]:
        """Rows as the database finds them, and those with a title that matches however it is typed."""
        found, duplicates = super().find(request, rows, term)
        titles = Event.objects.values_list("pk", "title").order_by("-pk")[:WINDOW]
        return found | rows.filter(pk__in=[pk for pk, title in titles if has_words(title, term)]), duplicates

    def get_form(
        self, request: HttpRequest, obj: Event | None = None, change: bool = False, **kwargs: object
    ) -> type[forms.ModelForm]:
        """Django's form, with a note that times are in UTC."""
        told = {"starts_at": _("In UTC, whatever the event's time zone is.")}
        return super().get_form(request, obj, change, **kwargs | {"help_texts": told})

    def save_model(self, request: HttpRequest, event: Event, form: forms.ModelForm, change: bool) -> None:
        """Configures the event, or makes and logs a new one."""
        if change:
            fields = {name: form.cleaned_data[name] for name in form.changed_data if name != "hosts"}
            Event.objects.get(pk=event.pk).configure(by=request.user, **fields)
        else:
            event.save()
            event.note_now(request.user, Verb.CREATED)

    def save_related(
        self, request: HttpRequest, form: forms.ModelForm, formsets: Sequence[forms.BaseFormSet], change: bool
    ) -> None:
        """Sets the hosts with the verb that logs it."""
        if "hosts" in form.changed_data:
            form.instance.set_hosts(form.cleaned_data["hosts"], by=request.user)
        super().save_related(request, form, formsets, change)

    def delete_model(self, request: HttpRequest, event: Event) -> None:
        """Deletes an event for good."""
        event.destroy()

    def delete_queryset(self, request: HttpRequest, events: QuerySet[Any]) -> None:
        """Deletes events for good, one by one."""
        for event in events:
            event.destroy()


class PostAdminForm(forms.ModelForm):
    """The same checks as for a post from the page, with the verbs' refusals as messages."""

    name = NameField()
    text = TextField(limit=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(text := self.fields.get("text"), TextField):  # a user who may only look has none
            text.limit = self.instance.WRITTEN["text"]
            self.add_own_fields()

    def add_own_fields(self) -> None:
        """Adds the fields that only this kind of post has."""

    def clean(self) -> dict[str, Any]:
        """Raises `ValidationError` for a removed post, a removed entry, or an event that takes no posts."""
        cleaned = super().clean() or self.cleaned_data
        if self.instance.pk:
            if not type(self.instance).objects.get(pk=self.instance.pk).is_shown:
                raise ValidationError(_("This was removed. Restore it first, with the action in the list."))
        elif place := cleaned.get(self.instance.parent or "event"):
            if isinstance(place, Post) and not place.is_shown:
                raise ValidationError(_("That entry was removed, so nobody can comment on it."))
            try:
                (place.event if isinstance(place, Post) else place).require_open(by_host=True)
            except Closed as closed:
                raise ValidationError(str(closed)) from None
        return cleaned

    @property
    def heading(self) -> Heading:
        """The parts of an entry's heading that were sent; none of other posts. Only of a valid form."""
        return Heading()


class EntryAdminForm(PostAdminForm):
    """The same with the heading of an entry, as hosts write it on its page."""

    def add_own_fields(self) -> None:
        """Adds headline, minute and time; an entry with a headline needs no text."""
        entry = self.instance if self.instance.pk else None
        self.fields |= heading_fields(self._event(), entry)
        self.fields["text"].required = False
        self.fields["happened_at"].help_text = _("In the event's time zone. Leave empty for the time of publication.")

    def _event(self) -> Event:
        """The event of the entry; for a new one the chosen event, or an empty one until one is chosen."""
        chosen = self.instance.event_id or parse_number(self.data.get("event"))
        return Event.objects.filter(pk=chosen).first() or Event(starts_at=timezone.now())

    def clean(self) -> dict[str, Any]:
        """Adds an error to an empty text without a headline."""
        cleaned = super().clean()
        require_words(self)
        return cleaned

    @property
    def heading(self) -> Heading:
        """The parts of the heading that were sent. Only of a valid form."""
        return heading_in(self, self.instance if self.instance.pk else None)


class PostAdmin(Newest):
    """Posts of any kind, published and revised by their verbs; deleting erases one, so that open pages lose it, too."""

    list_display = ("__str__", "event", "by_host", "published_at", "edited_at", "state", "removed_at")
    list_filter = ("by_host", "state", "published_at")
    search_fields = ("text", "name")
    list_select_related = ("event",)
    form = PostAdminForm
    readonly_fields = ("by_host", "published_at", "edited_at", "state", "removed_at", "seq", "position", "shown")
    actions = ("remove", "restore")

    @property
    def belongs_to(self) -> str:
        """Name of the field for the place of a post: its event, or the post it is under."""
        return self.model.parent or "event"

    def get_fields(self, request: HttpRequest, obj: Post | None = None) -> Fields:
        """Names of the fields: its place, its words, and the facts about it."""
        return [self.belongs_to, "name", "text", *self.readonly_fields]

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        """The field for its place, which may be one of very many."""
        return [self.belongs_to]

    def find(self, request: HttpRequest, rows: QuerySet[Any], term: str) -> tuple[QuerySet[Any], bool]:
        """Posts by words or author, as an event's owner finds them; or all of an event, by its address."""
        assert isinstance(rows, PostQuerySet)  # noqa: S101  (of posts)
        event = Event.objects.filter(slug=term.strip()).values_list("pk", flat=True).first()
        return (rows.filter(event=event) if event else rows.matching(term)), False

    def get_readonly_fields(self, request: HttpRequest, obj: Post | None = None) -> tuple[str, ...]:
        """The fields that cannot be changed; for an existing post also what it belongs to."""
        return (*self.readonly_fields, *([self.belongs_to] if obj else ()))

    def delete_model(self, request: HttpRequest, post: Post) -> None:
        """Erases a post."""
        post.retract(by=request.user, erase=True)

    def delete_queryset(self, request: HttpRequest, posts: QuerySet[Any]) -> None:
        """Erases posts, one by one."""
        for post in posts:
            post.retract(by=request.user, erase=True)

    @admin.action(description=gettext_lazy("Remove (can be restored)"), permissions=["change"])
    def remove(self, request: HttpRequest, posts: PostQuerySet[Any]) -> None:
        """Removes posts so that they can be restored."""
        for post in posts.visible():
            with suppress(Overtaken):  # by a host, just now
                post.retract(by=request.user)

    @admin.action(description=gettext_lazy("Restore"), permissions=["change"])
    def restore(self, request: HttpRequest, posts: PostQuerySet[Any]) -> None:
        """Restores removed posts."""
        for post in posts.restorable():
            with suppress(Overtaken, Gone):
                post.restore(by=request.user)

    def save_model(self, request: HttpRequest, post: Post, form: forms.ModelForm, change: bool) -> None:
        """Revises the post, or publishes a new one."""
        assert isinstance(form, PostAdminForm)  # noqa: S101  (see `form`)
        name, text, heading = form.cleaned_data["name"], form.cleaned_data["text"], form.heading
        if change:
            post.revise(text, name, by=request.user, **heading)
            return
        place = getattr(post, self.belongs_to)
        under = place if isinstance(place, Entry) else None
        posts = getattr(place, plural_of(type(post)))
        words = {part: heading[part] for part in ("headline", "minute") if part in heading}
        time = {"happened_at": heading["happened_at"]} if heading.get("happened_at") else {}
        event = place.event if under else place
        post.pk = event.add(posts, name, text, entry=under, user=request.user, words=words, **time).pk


class EntryAdmin(PostAdmin):
    """Entries, with their headings."""

    form = EntryAdminForm

    def get_fields(self, request: HttpRequest, obj: Post | None = None) -> Fields:
        """Names of the fields, those of the heading before the text."""
        return ["event", "name", *Heading.__annotations__, "text", *self.readonly_fields]

    def get_form(
        self, request: HttpRequest, obj: Post | None = None, change: bool = False, **kwargs: object
    ) -> type[forms.ModelForm]:
        """Django's form. The time of an entry is a field of ours in it, since an event has a time zone."""
        named = [name for name in self.get_fields(request, obj) if name != "happened_at"]
        return super().get_form(request, obj, change, **kwargs | {"fields": named})


for kind in Post.kinds.values():
    admin.site.register(kind, EntryAdmin if kind is Entry else PostAdmin)
