"""Everything that an empty database needs, as 23 migrations made it until 2026-11-30.

A database in which all of them ran counts as having run this one. `prepare` says what to do about an older one.
"""

import django.db.models.deletion
import django.utils.timezone
import feeds.models.event.address
import feeds.models.event.posting_rules
import feeds.models.event.schedule
import feeds.models.event.history
import feeds.models.event.branding
import feeds.models.post.querysets
import feeds.models.moderation.suspicions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True
    replaces = [
        ("feeds", "0001_initial"),
        ("feeds", "0002_epochs_pins_bans"),
        ("feeds", "0003_event_has_bans"),
        ("feeds", "0004_hosts_run_the_room"),
        ("feeds", "0005_abuse"),
        ("feeds", "0006_people"),
        ("feeds", "0007_life"),
        ("feeds", "0008_marked"),
        ("feeds", "0009_words"),
        ("feeds", "0010_never_shown"),
        ("feeds", "0011_reactions"),
        ("feeds", "0012_longer_verbs"),
        ("feeds", "0013_looks"),
        ("feeds", "0014_links"),
        ("feeds", "0015_presence_lists_browsers"),
        ("feeds", "0016_growing"),
        ("feeds", "0017_unfinished"),
        ("feeds", "0018_capitals_in_addresses"),
        ("feeds", "0019_moved_and_erased"),
        ("feeds", "0020_bylines"),
        ("feeds", "0021_sought"),
        ("feeds", "0022_spellings"),
        ("feeds", "0023_submissions"),
    ]

    dependencies = [
        ('sessions', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveBigIntegerField(help_text='number of the last change of this row')),
                ('position', models.PositiveBigIntegerField(help_text='sorts the page: number at creation, or of the change that put it at the top')),
                ('shown', models.PositiveBigIntegerField(help_text='number of the change that last showed it to readers; 0: never shown')),
                ('name', models.CharField(blank=True, max_length=60, verbose_name='name')),
                ('text', models.TextField(blank=True, verbose_name='text')),
                ('visitor', models.CharField(blank=True, editable=False, max_length=32)),
                ('submission', models.CharField(editable=False, max_length=64, null=True, unique=True)),
                ('by_host', models.BooleanField(default=False, editable=False, verbose_name='by host')),
                ('published_at', models.DateTimeField(editable=False, verbose_name='published at')),
                ('edited_at', models.DateTimeField(editable=False, null=True, verbose_name='edited at')),
                ('removed_at', models.DateTimeField(editable=False, null=True, verbose_name='removed at')),
                ('held', models.CharField(blank=True, choices=[('waiting', 'waiting for review'), ('rejected', 'rejected')], editable=False, max_length=10)),
                ('hold_reason', models.CharField(blank=True, editable=False, max_length=100)),
                ('markdown', models.BooleanField(default=False, editable=False)),
                ('moment', models.CharField(blank=True, editable=False, max_length=60)),
                ('network', models.CharField(blank=True, editable=False, max_length=64)),
                ('marked', models.PositiveBigIntegerField(default=0, editable=False, help_text='number of the change that last made it a key moment')),
                ('counted', models.PositiveBigIntegerField(default=0, editable=False, help_text='number of the change that said so')),
                ('counts', models.JSONField(default=dict, editable=False, help_text='reactions of each kind, as pages show them')),
                ('moved', models.PositiveBigIntegerField(default=0, editable=False, help_text='number of the change that put it at the top; 0: it was never moved')),
                ('sought', feeds.models.post.querysets.SoughtField(blank=True, db_default='', default='', editable=False)),
                ('user', models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'entries',
                'ordering': ['-position'],
                'default_related_name': 'entries',
                'verbose_name': 'entry',
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('slug', feeds.models.event.address.AddressField(help_text="The last part of the event's address: letters, digits and “-”.", max_length=60, unique=True, validators=[feeds.models.event.address.validate_slug], verbose_name='address')),
                ('description', models.TextField(blank=True, max_length=1000, verbose_name='description')),
                ('starts_at', models.DateTimeField(validators=[feeds.models.event.schedule.validate_start], verbose_name='start')),
                ('time_zone', models.CharField(default='UTC', max_length=64, validators=[feeds.models.event.schedule.validate_time_zone], verbose_name='time zone')),
                ('state', models.CharField(choices=[('scheduled', 'Scheduled'), ('live', 'Live'), ('ended', 'Ended'), ('archived', 'Archived')], default='scheduled', max_length=10, verbose_name='state')),
                ('visibility', models.CharField(choices=[('draft', 'Draft: only hosts see it'), ('unlisted', 'Unlisted: anyone with the link can see it'), ('public', 'Public: listed on the home page')], default='draft', max_length=10, verbose_name='visibility')),
                ('posting', models.CharField(choices=feeds.models.event.posting_rules.posting_rules, default='open', max_length=10, verbose_name='posting')),
                ('ended_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='ended at')),
                ('head', models.PositiveBigIntegerField(default=0, editable=False)),
                ('epoch', models.CharField(default=feeds.models.event.history.new_epoch, editable=False, max_length=20)),
                ('seq', models.PositiveBigIntegerField(default=0, editable=False)),
                ('earlier_epochs', models.JSONField(default=list, editable=False)),
                ('has_bans', models.BooleanField(default=False, editable=False)),
                ('auto_end_hours', models.PositiveSmallIntegerField(blank=True, help_text='Hours without a post. Leave empty to end it yourself.', null=True, verbose_name='end automatically')),
                ('auto_start', models.BooleanField(default=False, help_text='Goes live at the start time.', verbose_name='start automatically')),
                ('blocked_networks', models.TextField(blank=True, help_text='One per line, such as 203.0.113.0/24. Nobody can post from them.', max_length=4000, validators=[feeds.models.moderation.suspicions.validate_blocked_networks], verbose_name='blocked networks')),
                ('blocked_words', models.TextField(blank=True, help_text='One per line. Posts containing one are held for review.', max_length=4000, validators=[feeds.models.moderation.suspicions.validate_blocked_words], verbose_name='blocked words')),
                ('comments_open', models.BooleanField(default=True, help_text='Visitors may comment on entries.', verbose_name='comments')),
                ('busy_at', models.DateTimeField(editable=False, null=True)),
                ('counted', models.PositiveBigIntegerField(default=0, editable=False)),
                ('reactions', models.CharField(blank=True, default='like love laugh clap', max_length=60, verbose_name='reactions')),
                ('show_readers', models.BooleanField(default=True, help_text='Hosts always see it.', verbose_name='show reader count')),
                ('show_typing', models.BooleanField(default=True, help_text='Never who, never what.', verbose_name='show “someone is typing”')),
                ('accent', models.CharField(blank=True, help_text='For links and buttons, such as #0b6157. Dark mode uses a lighter shade. Leave empty for the default.', max_length=7, validators=[feeds.models.event.branding.validate_accent], verbose_name='accent colour')),
                ('logo', models.CharField(blank=True, editable=False, max_length=12, verbose_name='logo')),
                ('logo_alt', models.CharField(blank=True, max_length=120, verbose_name='logo description')),
                ('logo_height', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('logo_width', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('unfinished_at', models.DateTimeField(editable=False, null=True)),
                ('submission', models.CharField(editable=False, max_length=64, null=True, unique=True)),
                ('hosts', models.ManyToManyField(blank=True, related_name='hosted_events', to=settings.AUTH_USER_MODEL, verbose_name='hosts')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='owned_events', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ('pinned', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='feeds.entry')),
            ],
            options={
                'ordering': ['-starts_at', '-pk'],
                'verbose_name': 'event',
                'verbose_name_plural': 'events',
            },
        ),
        migrations.CreateModel(
            name='NetworkKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True)),
                ('key', models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='Taps',
            fields=[
                ('key', models.CharField(help_text="a visitor's id, or a network in disguise", max_length=64, primary_key=True, serialize=False)),
                ('minute', models.DateTimeField(db_index=True)),
                ('number', models.PositiveIntegerField()),
            ],
            options={
                'verbose_name_plural': 'taps',
            },
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(max_length=20)),
                ('key', models.CharField(max_length=64)),
                ('at', models.DateTimeField(db_index=True)),
            ],
            options={
                'indexes': [models.Index(fields=['what', 'key', 'at'], name='attempt_recent')],
            },
        ),
        migrations.CreateModel(
            name='Logo',
            fields=[
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='picture', serialize=False, to='feeds.event')),
                ('content', models.BinaryField()),
            ],
        ),
        migrations.AddField(
            model_name='entry',
            name='event',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='feeds.event', verbose_name='event'),
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveBigIntegerField(help_text='number of the last change of this row')),
                ('position', models.PositiveBigIntegerField(help_text='sorts the page: number at creation, or of the change that put it at the top')),
                ('shown', models.PositiveBigIntegerField(help_text='number of the change that last showed it to readers; 0: never shown')),
                ('name', models.CharField(blank=True, max_length=60, verbose_name='name')),
                ('text', models.TextField(blank=True, verbose_name='text')),
                ('visitor', models.CharField(blank=True, editable=False, max_length=32)),
                ('submission', models.CharField(editable=False, max_length=64, null=True, unique=True)),
                ('by_host', models.BooleanField(default=False, editable=False, verbose_name='by host')),
                ('published_at', models.DateTimeField(editable=False, verbose_name='published at')),
                ('edited_at', models.DateTimeField(editable=False, null=True, verbose_name='edited at')),
                ('removed_at', models.DateTimeField(editable=False, null=True, verbose_name='removed at')),
                ('held', models.CharField(blank=True, choices=[('waiting', 'waiting for review'), ('rejected', 'rejected')], editable=False, max_length=10)),
                ('hold_reason', models.CharField(blank=True, editable=False, max_length=100)),
                ('markdown', models.BooleanField(default=False, editable=False)),
                ('network', models.CharField(blank=True, editable=False, max_length=64)),
                ('moved', models.PositiveBigIntegerField(default=0, editable=False, help_text='number of the change that put it at the top; 0: it was never moved')),
                ('sought', feeds.models.post.querysets.SoughtField(blank=True, db_default='', default='', editable=False)),
                ('user', models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL)),
                ('entry', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='feeds.entry', verbose_name='entry')),
                ('event', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='feeds.event', verbose_name='event')),
            ],
            options={
                'ordering': ['position'],
                'default_related_name': 'comments',
                'verbose_name': 'comment',
                'verbose_name_plural': 'comments',
            },
        ),
        migrations.CreateModel(
            name='Byline',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=150)),
                ('used_at', models.DateTimeField()),
                ('user', models.ForeignKey(help_text='the first account that had it; none, if it came with an import', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bylines', to='feeds.event')),
            ],
            options={
                'ordering': ['-used_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Ban',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('visitor', models.CharField(max_length=32)),
                ('name', models.CharField(help_text='the name on the post it was for', max_length=60)),
                ('note', models.CharField(blank=True, help_text='what the visitor is told', max_length=200)),
                ('until', models.DateTimeField(blank=True, help_text='empty: for good', null=True)),
                ('banned_at', models.DateTimeField()),
                ('banned_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bans', to='feeds.event')),
            ],
            options={
                'ordering': ['-banned_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Act',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by_name', models.CharField(max_length=150)),
                ('verb', models.CharField(help_text='what was done, as in “removed”', max_length=40)),
                ('about', models.CharField(blank=True, help_text='to what, as in “the entry by Ann”; no words of it', max_length=200)),
                ('post', models.CharField(blank=True, help_text='id of the element on the page', max_length=40)),
                ('details', models.JSONField(default=dict, help_text='what undoing it needs')),
                ('undone_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('event', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='acts', to='feeds.event')),
            ],
            options={
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='FormerSlug',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', feeds.models.event.address.AddressField(max_length=60, unique=True)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_slugs', to='feeds.event')),
            ],
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('meant_for', models.CharField(blank=True, help_text='whom hosts take it to be for', max_length=60)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='feeds.event')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('used_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-made_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Link',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('sign-in', 'Sign In'), ('reset', 'Reset')], max_length=10)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('state', models.CharField(help_text='of the account, when the link was made', max_length=64)),
                ('made_at', models.DateTimeField(db_index=True)),
                ('event', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='links', to='feeds.event')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-made_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Presence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('process', models.CharField(max_length=32)),
                ('event', models.PositiveBigIntegerField(help_text="the event's primary key; it may be gone by now")),
                ('readers', models.PositiveIntegerField()),
                ('seen_at', models.DateTimeField(db_index=True)),
                ('browsers', models.JSONField(default=list, help_text='numbers of the first of them: see access.browser_of')),
            ],
            options={
                'indexes': [models.Index(fields=['event', 'seen_at'], name='presence_in_event')],
                'constraints': [models.UniqueConstraint(fields=('process', 'event'), name='presence_of_process')],
            },
        ),
        migrations.CreateModel(
            name='Reaction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=10)),
                ('visitor', models.CharField(max_length=32)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reactions', to='feeds.entry')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='SignIn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('browser', models.CharField(max_length=60)),
                ('first_seen', models.DateTimeField()),
                ('last_seen', models.DateTimeField(help_text='by the hour')),
                ('session', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='sessions.session')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sign_ins', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-last_seen', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to='feeds.entry')),
                ('due', models.BooleanField(default=False)),
                ('last', models.DateTimeField(null=True)),
                ('last_but_one', models.DateTimeField(null=True)),
                ('before', models.JSONField(default=dict, help_text='numbers of an imported entry, of nobody here')),
            ],
            options={
                'verbose_name_plural': 'tallies',
                'indexes': [models.Index(condition=models.Q(('due', True)), fields=['due'], name='tally_due')],
            },
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['visibility', 'state', 'starts_at', 'id'], name='event_listed'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['starts_at', 'id'], name='event_in_order'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(models.Q(('visibility', 'public'), _negated=True), ('state', 'archived'), _connector='OR'), fields=['starts_at', 'id'], name='event_unlisted'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(models.Q(('visibility', 'public'), _negated=True), ('state', 'archived'), _connector='OR'), fields=['owner', 'starts_at', 'id'], name='event_own'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('auto_start', True), ('state', 'scheduled')), fields=['starts_at'], name='event_starts'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('auto_end_hours__gt', 0), ('state', 'live')), fields=['busy_at'], name='event_ends'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('unfinished_at', None), _negated=True), fields=['unfinished_at'], name='event_unfinished'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['event', 'seq'], name='entry_seq'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['event', 'shown'], name='entry_shown'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['visitor', 'published_at'], name='entry_visitor'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['network', 'published_at'], name='entry_network'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['event', 'counted'], name='entry_counted'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('removed_at', None)), fields=['event', 'position'], name='entry_page'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['event', 'published_at'], name='entry_times'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('held', 'waiting')), fields=['event', 'published_at', 'position'], name='entry_waiting'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('held', ''), ('removed_at__isnull', False), models.Q(('text', ''), _negated=True)), fields=['event', '-removed_at'], name='entry_removed'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('held', ''), ('removed_at__isnull', False), models.Q(('text', ''), _negated=True)), fields=['event', 'position'], name='entry_gaps'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('held', ''), _negated=True), fields=['visitor', 'removed_at'], name='entry_held'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['user', 'published_at'], name='entry_user'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('network', ''), _negated=True), fields=['published_at'], name='entry_networks'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('removed_at', None)), fields=['event', 'published_at', 'position'], name='entry_clock'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('removed_at', None), models.Q(('moment', ''), _negated=True)), fields=['event', 'position'], name='entry_moments'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('removed_at', None), models.Q(('moment', ''), _negated=True)), fields=['event', 'published_at', 'position'], name='entry_moments_clock'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('removed_at', None), ('by_host', True)), fields=['event', 'position'], name='entry_hosts'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('removed_at', None), ('by_host', True)), fields=['event', 'published_at', 'position'], name='entry_hosts_clock'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.UniqueConstraint(fields=('event', 'position'), name='entry_position'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['event', 'seq'], name='comment_seq'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['event', 'shown'], name='comment_shown'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['entry', 'position'], name='comment_entry'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['visitor', 'published_at'], name='comment_visitor'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['network', 'published_at'], name='comment_network'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('removed_at', None)), fields=['entry', 'position'], name='comment_page'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['event', 'published_at'], name='comment_times'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('held', 'waiting')), fields=['event', 'published_at', 'position'], name='comment_waiting'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('held', ''), ('removed_at__isnull', False), models.Q(('text', ''), _negated=True)), fields=['event', '-removed_at'], name='comment_removed'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('held', ''), ('removed_at__isnull', False), models.Q(('text', ''), _negated=True)), fields=['event', 'position'], name='comment_gaps'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('held', ''), _negated=True), fields=['visitor', 'removed_at'], name='comment_held'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['user', 'published_at'], name='comment_user'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(condition=models.Q(('network', ''), _negated=True), fields=['published_at'], name='comment_networks'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.UniqueConstraint(fields=('event', 'position'), name='comment_position'),
        ),
        migrations.AddIndex(
            model_name='byline',
            index=models.Index(fields=['event', '-used_at'], name='byline_latest'),
        ),
        migrations.AddConstraint(
            model_name='byline',
            constraint=models.UniqueConstraint(fields=('event', 'name'), name='byline_once'),
        ),
        migrations.AddConstraint(
            model_name='ban',
            constraint=models.UniqueConstraint(fields=('event', 'visitor'), name='ban_once'),
        ),
        migrations.AddIndex(
            model_name='act',
            index=models.Index(fields=['event', '-at', '-id'], name='act_in_order'),
        ),
        migrations.AddIndex(
            model_name='act',
            index=models.Index(fields=['event', 'post', '-at', '-id'], name='act_on_post'),
        ),
        migrations.AddIndex(
            model_name='reaction',
            index=models.Index(fields=['visitor', 'entry'], name='reaction_visitor'),
        ),
        migrations.AddConstraint(
            model_name='reaction',
            constraint=models.UniqueConstraint(fields=('entry', 'kind', 'visitor'), name='reaction_of_visitor'),
        ),
        migrations.AddConstraint(
            model_name='reaction',
            constraint=models.UniqueConstraint(fields=('entry', 'kind', 'user'), name='reaction_of_user'),
        ),
    ]

