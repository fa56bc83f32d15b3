from django.db import migrations

import feeds.models.posts
from feeds.words import search_key


def fill(apps, schema_editor):
    for name in ("Entry", "Comment"):
        posts = apps.get_model("feeds", name)._default_manager.exclude(text="").only("pk", "name", "text")
        last = 0
        while batch := list(posts.filter(pk__gt=last).order_by("pk")[:1000]):
            last = batch[-1].pk
            for post in batch:
                post.sought = search_key(post.name, post.text)
            posts.bulk_update([post for post in batch if post.sought], ["sought"])


class Migration(migrations.Migration):

    dependencies = [
        ('feeds', '0020_bylines'),
    ]

    operations = [
        migrations.AddField(
            model_name='comment',
            name='sought',
            field=feeds.models.posts.SoughtField(blank=True, db_default='', default='', editable=False),
        ),
        migrations.AddField(
            model_name='entry',
            name='sought',
            field=feeds.models.posts.SoughtField(blank=True, db_default='', default='', editable=False),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
