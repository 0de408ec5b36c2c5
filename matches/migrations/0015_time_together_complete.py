from django.db import migrations, models


class Migration(migrations.Migration):
    """A match lasts as long as its municipality says, not always a year: the reason is called so."""

    dependencies = [
        ('matches', '0014_trial_reminder'),
    ]

    operations = [
        migrations.AlterField(
            model_name='match',
            name='end_reason',
            field=models.CharField(blank=True, choices=[('completed', 'the time together is complete'), ('moved', 'moved to another town'), ('no_time', 'no time any more'), ('no_click', 'it did not work out between people'), ('own_way', 'support is no longer needed'), ('group_ended', 'the group stopped'), ('trial', 'stopped after the trial'), ('other', 'another reason')], max_length=12),
        ),
    ]
