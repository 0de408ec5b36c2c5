import django.db.models.deletion
import django.utils.timezone
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matches', '0002_run_input_and_national_run'),
        ('municipalities', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='matchingrun',
            name='floor',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.CreateModel(
            name='PoolInsight',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('requested_at', models.DateTimeField(blank=True, null=True)),
                ('claimed_at', models.DateTimeField(blank=True, null=True)),
                ('computed_at', models.DateTimeField(blank=True, null=True)),
                ('households', models.PositiveIntegerField(default=0)),
                ('groups', models.PositiveIntegerField(default=0)),
                ('placed', models.PositiveIntegerField(default=0)),
                ('signals', models.JSONField(default=dict)),
                ('floors', models.JSONField(default=list)),
                ('month', models.DateField(blank=True, null=True)),
                ('counts', models.JSONField(default=dict)),
                ('municipality', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='municipalities.municipality')),
            ],
        ),
        migrations.AddConstraint(
            model_name='poolinsight',
            constraint=models.UniqueConstraint(fields=('municipality',), name='insight_one_per_town'),
        ),
    ]
