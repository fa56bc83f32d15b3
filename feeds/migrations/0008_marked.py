from django.db import migrations, models
from django.db.models import F


def marked_by_their_last_change(apps, schema_editor):
    apps.get_model("feeds", "Entry").objects.exclude(moment="").update(marked=F("seq"))


class Migration(migrations.Migration):

    dependencies = [
        ('feeds', '0007_life'),
    ]

    operations = [
        migrations.AddField(
            model_name='entry',
            name='marked',
            field=models.PositiveBigIntegerField(default=0, editable=False, help_text='number of the change that last made it a key moment'),
        ),
        migrations.RunPython(marked_by_their_last_change, migrations.RunPython.noop),
    ]
