"""The log stores short verbs, and subjects and settings as data; it stored English sentences."""

from django.db import migrations, models

VERBS = {
    "put back to wait": "held_again",
    "lifted the ban of": "unbanned",
    "removed everything by": "removed_all",
    "removed the host": "host_removed",
    "made a host": "host_added",
    "made a reset link": "reset_link",
}
KINDS = {
    "banned": "visitor",
    "unbanned": "visitor",
    "removed_all": "visitor",
    "host_removed": "host",
    "host_added": "host",
    "invited": "invited",
}
"""Kinds of subjects of which the log had only the name."""
ON_POSTS = {
    *("edited", "removed", "restored", "approved", "rejected", "held_again"),
    *("pinned", "unpinned", "marked", "unmarked"),
}
PREFIXES = {
    **{verb: {"the entry by ": "entry", "the comment by ": "comment"} for verb in ON_POSTS},
    **{verb: {"the invitation for ": "invitation"} for verb in ("accepted", "withdrew")},
    "reset_link": {"for ": "host"},
}
"""Kinds of the others, by what the log had before the name."""
ERASED = {"a post": "post", "everything by a visitor": "all_by_visitor"}
SETTINGS = {
    "title": "title",
    "address": "slug",
    "description": "description",
    "start": "starts_at",
    "time zone": "time_zone",
    "visibility": "visibility",
    "posting": "posting",
    "comments": "comments_open",
    "start by itself": "auto_start",
    "reactions": "reactions",
    "readers now": "show_readers",
    "someone is typing": "show_typing",
    "end by itself": "auto_end_hours",
    "blocked words": "blocked_words",
    "blocked networks": "blocked_networks",
    "accent colour": "accent",
    "logo": "logo",
    "logo in words": "logo_alt",
    "owner": "owner",
}
CHOICES = {
    "visibility": {
        "Draft: only hosts see it": "draft",
        "Unlisted: whoever has the link sees it": "unlisted",
        "Public: listed on the home page": "public",
    },
    "posting": {
        "Open: everybody may post": "open",
        "First posts wait: a host approves each visitor's first one": "first",
        "All posts wait: a host approves each": "all",
        "Hosts only": "hosts",
        "Closed: nobody may post": "closed",
    },
    "logo": {"True": True, "False": ""},
    **dict.fromkeys(("comments_open", "auto_start", "show_readers", "show_typing"), {"True": True, "False": False}),
    "auto_end_hours": {"None": None},
}
AT_ONCE = 500


def as_data(verb, about, post):
    """Subject and details for an act with this verb, in its short form, on what the log called `about`."""
    if not about:
        return {}, {}
    if verb == "set":
        return setting(about)
    if about == "an erased post" and verb in ON_POSTS:
        return {"kind": post.partition("-")[0], "name": ""}, {}
    if verb in KINDS:
        return {"kind": KINDS[verb], "name": "" if about in nameless(verb) else about}, {}
    if verb == "erased" and about in ERASED:
        return {"kind": ERASED[about], "name": ""}, {}
    for prefix, kind in PREFIXES.get(verb, {}).items():
        if about.startswith(prefix):
            name = about.removeprefix(prefix)
            return {"kind": kind, "name": "" if kind == "invitation" and name == "somebody" else name}, {}
    return {"kind": "other", "name": about}, {}


def nameless(verb):
    return {"somebody", "an erased visitor"} if verb == "invited" else {"an erased visitor"}


def setting(about):
    called, colon, value = about.partition(": ")
    name = SETTINGS.get(called)
    if not (name and colon):
        return {"kind": "other", "name": about}, {}
    value = CHOICES.get(name, {}).get(value, value)
    if name == "auto_end_hours" and value and value.isdecimal():
        value = int(value)
    if name == "starts_at":
        value = value.replace(" ", "T")
    return {"kind": "setting", "name": name}, {"after": value}


def convert(apps, schema_editor):
    Act, Ban = apps.get_model("feeds", "Act"), apps.get_model("feeds", "Ban")
    last = 0
    while acts := list(Act.objects.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        for act in acts:
            act.verb = VERBS.get(act.verb, act.verb)
            act.subject, more = as_data(act.verb, act.about, act.post)
            act.details |= more
        Act.objects.bulk_update(acts, ["verb", "subject", "details"])
        last = acts[-1].pk
    Ban.objects.filter(name="an erased visitor").update(name="")


class Migration(migrations.Migration):
    dependencies = [("feeds", "0002_replies")]
    operations = [
        migrations.AddField(
            model_name="act",
            name="subject",
            field=models.JSONField(default=dict, help_text="kind and name of what it was done to; of a setting, the field"),
        ),
        migrations.AlterField(
            model_name="act",
            name="verb",
            field=models.CharField(help_text="a value of `Verb`", max_length=40),
        ),
        migrations.AlterField(
            model_name="act",
            name="details",
            field=models.JSONField(default=dict, help_text="what undoing it needs; of a setting, its values before and after"),
        ),
        migrations.AlterField(
            model_name="ban",
            name="name",
            field=models.CharField(blank=True, help_text="the name on the post it was for; empty: erased", max_length=60),
        ),
        migrations.RunPython(convert, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField(model_name="act", name="about"),
    ]
