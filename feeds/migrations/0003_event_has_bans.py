from django.db import migrations, models


def remember_bans(apps, schema_editor):
    event, ban = apps.get_model("feeds", "Event"), apps.get_model("feeds", "Ban")
    event.objects.filter(pk__in=ban.objects.values("event")).update(has_bans=True)


class Migration(migrations.Migration):

    dependencies = [
        ("feeds", "0002_epochs_pins_bans"),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="has_bans",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.RunPython(remember_bans, migrations.RunPython.noop),
    ]
