from django.db import migrations, models


class Migration(migrations.Migration):
    """A group together with its municipality can be referred to; see matches 0017."""

    dependencies = [
        ('groups', '0009_last_yes'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='sponsorgroup',
            constraint=models.UniqueConstraint(fields=('id', 'municipality'), name='group_in_town'),
        ),
    ]
