import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    """How many working days before the end of the choice after the trial both sides are reminded."""

    dependencies = [
        ('municipalities', '0007_parts_of_town'),
    ]

    operations = [
        migrations.AddField(
            model_name='policy',
            name='trial_reminder_days',
            field=models.PositiveSmallIntegerField(default=2, validators=[django.core.validators.MaxValueValidator(10)], verbose_name='working days before the end that we remind of the choice after the trial'),
        ),
    ]
