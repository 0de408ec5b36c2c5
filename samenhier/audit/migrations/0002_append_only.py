from django.db import migrations


class Migration(migrations.Migration):
    """Nobody rewrites the trail: not a faulty view, not a person at a prompt."""

    dependencies = [("audit", "0001_initial")]
    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'audit rows are only added'; END $$;
            CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit_auditevent
            FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
            """,
            "DROP TRIGGER audit_append_only ON audit_auditevent; DROP FUNCTION audit_refuse_change();",
        )
    ]
