"""Saved phrases of events, drafts, and entries that are published at a set time."""

import django.db.models.deletion
import feeds.models.event.phrases
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('feeds', '0007_reviews'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('headline', models.CharField(blank=True, db_default='', default='', max_length=120, verbose_name='headline')),
                ('minute', models.CharField(blank=True, db_default='', default='', max_length=8, verbose_name='minute')),
                ('happened_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='happened at')),
                ('moment', models.CharField(blank=True, editable=False, max_length=60)),
                ('name', models.CharField(max_length=60)),
                ('text', models.TextField(blank=True)),
                ('pin', models.BooleanField(default=False)),
                ('version', models.PositiveIntegerField(default=1, help_text='number of times it was saved')),
                ('saved_at', models.DateTimeField()),
                ('publish_at', models.DateTimeField(null=True)),
                ('missed_at', models.DateTimeField(help_text='time at which it could not be published', null=True)),
                ('deleted_at', models.DateTimeField(null=True)),
                ('submission', models.CharField(max_length=64, null=True, unique=True)),
            ],
            options={
                'ordering': ['publish_at', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='event',
            name='entry_due_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='event',
            name='phrases',
            field=models.TextField(blank=True, db_default='', default='', help_text='One per line, at most 12. They fill the composer in. A * before a phrase makes it a pinned key moment. {home} and {away} stand for the sides in a title such as “Rovers – City”.', max_length=1452, validators=[feeds.models.event.phrases.validate_phrases], verbose_name='phrases'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('entry_due_at__isnull', False)), fields=['entry_due_at'], name='event_entry_due'),
        ),
        migrations.AddField(
            model_name='draft',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='draft',
            name='event',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='feeds.event'),
        ),
    ]
