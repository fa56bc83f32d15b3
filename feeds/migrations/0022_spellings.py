from django.db import migrations

from feeds.words import search_key


def spell(apps, schema_editor):
    for name in ("Entry", "Comment"):
        posts = apps.get_model("feeds", name)._default_manager.exclude(text="").only("pk", "name", "text", "sought")
        last = 0
        while batch := list(posts.filter(pk__gt=last).order_by("pk")[:1000]):
            last = batch[-1].pk
            changed = []
            for post in batch:
                if post.sought != (sought := search_key(post.name, post.text)):
                    post.sought = sought
                    changed.append(post)
            posts.bulk_update(changed, ["sought"])


class Migration(migrations.Migration):

    dependencies = [
        ('feeds', '0021_sought'),
    ]

    operations = [
        migrations.RunPython(spell, migrations.RunPython.noop),
    ]
