"""Events have guards against a flood of strangers, and readers report posts."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import feeds.models.event.guards
import feeds.models.moderation.suspicions


def words(name, told):
    validators = [feeds.models.moderation.suspicions.validate_blocked_words]
    return models.TextField(blank=True, help_text=told, max_length=4000, validators=validators, verbose_name=name)


FIELDS = {
    "slow_mode": models.PositiveSmallIntegerField(
        choices=feeds.models.event.guards.paces,
        default=0,
        help_text="For each visitor, comments included. Hosts are exempt.",
        verbose_name="slow mode",
    ),
    "masked_words": words("masked words", "One per line. Readers see stars in their place."),
    "refused_words": words(
        "refused words", "One per line. Posts containing one are refused, and their authors are told the word."
    ),
    "report_limit": models.PositiveSmallIntegerField(
        default=0,
        help_text="After this many reports, from different networks, a post waits for a host. 0: never.",
        validators=[django.core.validators.MaxValueValidator(100)],
        verbose_name="hide reported posts",
    ),
}
REPORT = migrations.CreateModel(
    name="Report",
    fields=[
        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
        ("post", models.CharField(help_text="id of the element on the page", max_length=40)),
        ("visitor", models.CharField(max_length=32)),
        ("network", models.CharField(blank=True, max_length=64)),
        ("at", models.DateTimeField(default=django.utils.timezone.now)),
        ("weight", models.FloatField(default=1, help_text="1, or less after reports that hosts have dismissed")),
        (
            "outcome",
            models.CharField(blank=True, help_text="a value of `Outcome`; empty: no host has decided", max_length=10),
        ),
        (
            "act",
            models.ForeignKey(
                help_text="the act of a host that decided on it",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="feeds.act",
            ),
        ),
        (
            "event",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="reports",
                to="feeds.event",
            ),
        ),
    ],
    options={
        "indexes": [
            models.Index(condition=models.Q(outcome=""), fields=["event", "post"], name="report_open"),
            models.Index(fields=["event", "visitor"], name="report_visitor"),
            models.Index(condition=~models.Q(network=""), fields=["at"], name="report_networks"),
        ],
        "constraints": [models.UniqueConstraint(fields=("event", "post", "visitor"), name="report_once")],
    },
)


class Migration(migrations.Migration):
    dependencies = [("feeds", "0008_composing")]
    operations = [*[migrations.AddField("event", name, field) for name, field in FIELDS.items()], REPORT]
