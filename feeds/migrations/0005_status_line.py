from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("feeds", "0004_post_states")]

    operations = [
        migrations.AddField(
            model_name="event",
            name="status_line",
            field=models.CharField(blank=True, max_length=40, verbose_name="status line"),
        ),
    ]
