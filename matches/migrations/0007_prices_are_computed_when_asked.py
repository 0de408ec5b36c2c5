from django.db import migrations


class Migration(migrations.Migration):
    """What another group costs is computed from the data of the moment that a coordinator looks."""

    dependencies = [("matches", "0006_retention")]

    operations = [migrations.RemoveField(model_name="match", name="alternatives")]
