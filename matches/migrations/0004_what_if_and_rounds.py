import uuid

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import matches.models.whatif


class Migration(migrations.Migration):

    dependencies = [
        ('matches', '0003_overrides'),
        ('matches', '0003_pool_insight_and_floor'),
        ('municipalities', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='matchingrun',
            name='scheduled_for',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name='matchingrun',
            constraint=models.UniqueConstraint(fields=('municipality', 'scheduled_for'), name='run_once_a_round'),
        ),
        migrations.CreateModel(
            name='WhatIf',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('title', models.CharField(max_length=80, verbose_name='title')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='why')),
                ('status', models.CharField(choices=[('draft', 'not computed yet'), ('queued', 'waiting'), ('running', 'running'), ('done', 'done'), ('failed', 'failed')], default='draft', max_length=8, verbose_name='status')),
                ('weights', models.JSONField(blank=True, default=dict)),
                ('pins', models.JSONField(blank=True, default=matches.models.whatif.empty_list)),
                ('bans', models.JSONField(blank=True, default=matches.models.whatif.empty_list)),
                ('imaginary', models.JSONField(blank=True, default=matches.models.whatif.empty_list)),
                ('floor', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(1000)], verbose_name='no pair below this score')),
                ('seed', models.PositiveBigIntegerField(default=0)),
                ('input_hash', models.CharField(blank=True, max_length=64)),
                ('result', models.JSONField(null=True)),
                ('comparison', models.JSONField(null=True)),
                ('claimed_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('error', models.CharField(blank=True, max_length=200)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipalities.municipality')),
                ('run', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='matches.matchingrun')),
            ],
            options={
                'indexes': [models.Index(fields=['municipality', '-created_at'], name='what_if_by_date')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'queued', 'running', 'done', 'failed'])), name='what_if_status_known'), models.UniqueConstraint(condition=models.Q(('status__in', ['queued', 'running'])), fields=('municipality',), name='what_if_one_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'done'), _negated=True), models.Q(('comparison__isnull', False), ('finished_at__isnull', False), ('result__isnull', False)), _connector='OR'), name='what_if_done_has_result')],
            },
        ),
    ]
