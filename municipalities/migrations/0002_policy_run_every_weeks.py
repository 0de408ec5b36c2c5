import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('municipalities', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='policy',
            name='run_every_weeks',
            field=models.PositiveSmallIntegerField(default=2, validators=[django.core.validators.MaxValueValidator(8)], verbose_name='weeks between matching runs'),
        ),
    ]
