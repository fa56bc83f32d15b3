from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('feeds', '0006_people'),
    ]

    operations = [
        migrations.AddField(
            model_name='event',
            name='busy_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['state', 'starts_at'], name='event_by_the_clock'),
        ),
    ]
