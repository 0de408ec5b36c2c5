from django.db import migrations, models


class Migration(migrations.Migration):
    """That the planned end of a match was moved."""

    dependencies = [
        ('matches', '0015_time_together_complete'),
    ]

    operations = [
        migrations.AddField(
            model_name='match',
            name='end_moved_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
