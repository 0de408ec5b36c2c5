import django.core.validators
from django.db import migrations, models


def raise_lower_bounds(apps, schema_editor):
    apps.get_model('municipalities', 'Policy').objects.filter(masking_below__lt=5).update(masking_below=5)


class Migration(migrations.Migration):
    """How old members are and which texts they sign is a town's own; no town shows numbers below five."""

    dependencies = [
        ('municipalities', '0008_trial_reminder'),
    ]

    operations = [
        migrations.AddField(
            model_name='policy',
            name='minimum_age',
            field=models.PositiveSmallIntegerField(default=18, validators=[django.core.validators.MinValueValidator(18), django.core.validators.MaxValueValidator(25)], verbose_name='years old, at the least'),
        ),
        migrations.AddField(
            model_name='policy',
            name='statement_required',
            field=models.BooleanField(default=True, verbose_name='every member signs the participant statement'),
        ),
        migrations.AddField(
            model_name='policy',
            name='code_of_conduct_required',
            field=models.BooleanField(default=True, verbose_name='every member signs the code of conduct'),
        ),
        migrations.RunPython(raise_lower_bounds, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='policy',
            name='masking_below',
            field=models.PositiveSmallIntegerField(default=5, validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(20)], verbose_name='numbers below this are masked'),
        ),
        migrations.AddConstraint(
            model_name='policy',
            constraint=models.CheckConstraint(condition=models.Q(('masking_below__gte', 5)), name='policy_masks_small_numbers'),
        ),
        migrations.AddConstraint(
            model_name='policy',
            constraint=models.CheckConstraint(condition=models.Q(('minimum_age__gte', 18)), name='policy_asks_adults'),
        ),
    ]
