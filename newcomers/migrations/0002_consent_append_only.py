from django.db import migrations


class Migration(migrations.Migration):
    """What somebody agreed to is never rewritten: only the moment of withdrawal may be set, once.

    A consent goes only together with its household (checked at the end of the transaction).
    """

    dependencies = [("newcomers", "0001_initial")]
    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION consent_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF (NEW.id, NEW.municipality_id, NEW.household_id, NEW.purpose, NEW.version, NEW.text_sha256,
                    NEW.language, NEW.how, NEW.created_at)
                   IS DISTINCT FROM
                   (OLD.id, OLD.municipality_id, OLD.household_id, OLD.purpose, OLD.version, OLD.text_sha256,
                    OLD.language, OLD.how, OLD.created_at)
                   OR (OLD.withdrawn_at IS NOT NULL AND NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at)
                   OR (NEW.recorded_by_id IS NOT NULL AND NEW.recorded_by_id IS DISTINCT FROM OLD.recorded_by_id)
                THEN RAISE EXCEPTION 'consent rows are only added';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER consent_append_only BEFORE UPDATE ON newcomers_consent
            FOR EACH ROW EXECUTE FUNCTION consent_refuse_change();

            CREATE FUNCTION consent_refuse_removal() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF EXISTS (SELECT 1 FROM newcomers_household WHERE id = OLD.household_id)
                THEN RAISE EXCEPTION 'consent rows are only added';
                END IF;
                RETURN NULL;
            END $$;
            CREATE CONSTRAINT TRIGGER consent_stays AFTER DELETE ON newcomers_consent
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION consent_refuse_removal();
            """,
            """
            DROP TRIGGER consent_stays ON newcomers_consent; DROP FUNCTION consent_refuse_removal();
            DROP TRIGGER consent_append_only ON newcomers_consent; DROP FUNCTION consent_refuse_change();
            """,
        )
    ]
