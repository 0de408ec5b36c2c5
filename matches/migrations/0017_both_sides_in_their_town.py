import django.db.models.deletion
from django.db import migrations, models

KEEP = """
ALTER TABLE matches_match ADD COLUMN group_home_id uuid
    GENERATED ALWAYS AS (coalesce(group_municipality_id, municipality_id)) STORED;
ALTER TABLE matches_match ADD CONSTRAINT match_group_in_its_town
    FOREIGN KEY (group_id, group_home_id) REFERENCES groups_sponsorgroup (id, municipality_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE matches_match ADD CONSTRAINT match_household_in_its_town
    FOREIGN KEY (household_id, municipality_id) REFERENCES newcomers_household (id, municipality_id) DEFERRABLE INITIALLY DEFERRED;
"""
AWAY = """
ALTER TABLE matches_match DROP CONSTRAINT match_household_in_its_town;
ALTER TABLE matches_match DROP CONSTRAINT match_group_in_its_town;
ALTER TABLE matches_match DROP COLUMN group_home_id;
"""


class Migration(migrations.Migration):
    """The database knows that the household of a match is in its municipality, and the group in the one that it names.

    Each of these replaces the foreign key of one column, so that a row is checked as often as before.
    """

    dependencies = [
        ('groups', '0010_group_in_town'),
        ('newcomers', '0006_household_in_town'),
        ('matches', '0016_moved_end'),
    ]

    operations = [
        migrations.AlterField(
            model_name='match',
            name='group',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='matches', to='groups.sponsorgroup'),
        ),
        migrations.AlterField(
            model_name='match',
            name='household',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='matches', to='newcomers.household'),
        ),
        migrations.RunSQL(KEEP, AWAY),
    ]
