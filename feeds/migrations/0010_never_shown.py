from django.db import migrations, models
from django.db.models import F


def unseen(apps, schema_editor):
    """Posts that waited from the beginning, and do so still or were not approved."""
    for name in ("Entry", "Comment"):
        posts = apps.get_model("feeds", name).objects.exclude(removed_at=None).exclude(hold_reason="")
        posts.filter(shown=F("position"), edited_at=None).update(shown=0)


class Migration(migrations.Migration):

    dependencies = [
        ('feeds', '0009_words'),
    ]

    operations = [
        *(
            migrations.AlterField(
                model_name=name,
                name='shown',
                field=models.PositiveBigIntegerField(help_text='number of the change that last made readers see it; 0: none has'),
            )
            for name in ('entry', 'comment')
        ),
        migrations.RunPython(unseen, migrations.RunPython.noop),
    ]
