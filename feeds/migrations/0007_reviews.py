"""Acts on several posts at once have an act for each post as their parts; hosts say what they look at."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("feeds", "0006_headings"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.AddField(
            "act",
            "whole",
            models.ForeignKey("feeds.act", models.CASCADE, db_index=False, null=True, related_name="parts"),
        ),
        migrations.AddIndex(
            "act", models.Index(fields=["whole"], condition=~models.Q(whole=None), name="act_parts")
        ),
        migrations.CreateModel(
            "Claim",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("post", models.CharField(help_text="id of the element on the page", max_length=40)),
                ("at", models.DateTimeField()),
                ("by", models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")),
                ("event", models.ForeignKey("feeds.event", models.CASCADE, db_index=False, related_name="claims")),
            ],
        ),
        migrations.AddConstraint(
            "Claim", models.UniqueConstraint(fields=["event", "post", "by"], name="claim_once")
        ),
    ]
