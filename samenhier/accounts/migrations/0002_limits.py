from django.db import migrations


class Migration(migrations.Migration):
    """The table of the cache that counts attempts: what `createcachetable` would make, made with the rest."""

    dependencies = [("accounts", "0001_initial")]
    operations = [
        migrations.RunSQL(
            """
            CREATE TABLE limits (
                cache_key varchar(255) NOT NULL PRIMARY KEY,
                value text NOT NULL,
                expires timestamp with time zone NOT NULL
            );
            CREATE INDEX limits_expires ON limits (expires);
            """,
            "DROP TABLE limits;",
        )
    ]
