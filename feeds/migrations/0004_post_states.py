"""Posts have their state in one field, which three fields told together before."""

from django.db import migrations, models
from django.db.models import Case, Q, Value, When

STATES = [
    ("shown", "shown"),
    ("waiting", "waiting for review"),
    ("rejected", "rejected"),
    ("removed", "removed"),
    ("erased", "erased"),
]
SHOWN, WAITING, REMOVED = Q(state="shown"), Q(state="waiting"), Q(state="removed")
HELD = WAITING | Q(state="rejected")
MOMENT, BY_HOST = ~Q(moment=""), Q(by_host=True)
TIMES = (SHOWN & Q(removed_at=None)) | (~SHOWN & Q(removed_at__isnull=False))


def indexes_of(kind, parent):
    return [
        models.Index(fields=[parent, "position"], condition=SHOWN, name=f"{kind}_page"),
        models.Index(fields=["event", "published_at", "position"], condition=WAITING, name=f"{kind}_waiting"),
        models.Index(fields=["event", "-removed_at"], condition=REMOVED, name=f"{kind}_removed"),
        models.Index(fields=["event", "position"], condition=REMOVED, name=f"{kind}_gaps"),
        models.Index(fields=["visitor", "removed_at"], condition=HELD, name=f"{kind}_held"),
    ]


PLACE, CLOCK = ["event", "position"], ["event", "published_at", "position"]
INDEXES = {
    "comment": indexes_of("comment", "entry"),
    "entry": [
        *indexes_of("entry", "event"),
        models.Index(fields=CLOCK, condition=SHOWN, name="entry_clock"),
        models.Index(fields=PLACE, condition=SHOWN & MOMENT, name="entry_moments"),
        models.Index(fields=CLOCK, condition=SHOWN & MOMENT, name="entry_moments_clock"),
        models.Index(fields=PLACE, condition=SHOWN & BY_HOST, name="entry_hosts"),
        models.Index(fields=CLOCK, condition=SHOWN & BY_HOST, name="entry_hosts_clock"),
    ],
}


def tell_state(apps, schema_editor):
    state = Case(
        When(text="", then=Value("erased")),
        When(held="", then=Value("removed")),
        default="held",
        output_field=models.CharField(),
    )
    for kind in INDEXES:
        apps.get_model("feeds", kind).objects.exclude(removed_at=None).update(state=state)


def tell_held(apps, schema_editor):
    for kind in INDEXES:
        apps.get_model("feeds", kind).objects.filter(HELD).update(held=models.F("state"))


class Migration(migrations.Migration):
    dependencies = [("feeds", "0003_log_as_data")]
    operations = [
        *[migrations.RemoveIndex(kind, index.name) for kind, indexes in INDEXES.items() for index in indexes],
        *[
            migrations.AddField(
                kind,
                "state",
                models.CharField("state", choices=STATES, default="shown", editable=False, max_length=10),
            )
            for kind in INDEXES
        ],
        migrations.RunPython(tell_state, tell_held),
        *[migrations.RemoveField(kind, "held") for kind in INDEXES],
        *[
            migrations.AddConstraint(kind, models.CheckConstraint(condition=TIMES, name=f"{kind}_removed_at"))
            for kind in INDEXES
        ],
        *[migrations.AddIndex(kind, index) for kind, indexes in INDEXES.items() for index in indexes],
    ]
