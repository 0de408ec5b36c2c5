from django.db import migrations, models


class Migration(migrations.Migration):
    """What the work list asks: in which approved groups somebody still shows a VOG."""

    dependencies = [
        ('groups', '0013_screening_seen_or_not'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='memberstogether',
            index=models.Index(condition=models.Q(('present__gt', 0), ('screened_until', None)), fields=['municipality', 'group'], name='together_without_vog'),
        ),
    ]
