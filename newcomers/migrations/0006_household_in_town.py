from django.db import migrations, models


class Migration(migrations.Migration):
    """A household together with its municipality can be referred to; see matches 0017."""

    dependencies = [
        ('newcomers', '0005_warned_before_erasing'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='household',
            constraint=models.UniqueConstraint(fields=('id', 'municipality'), name='household_in_town'),
        ),
    ]
