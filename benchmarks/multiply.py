"""More of the practice world, straight in SQL: copies of its people, groups, households, matches, check-ins and traces."""

from django.db import connection

#: In the order of their foreign keys. Each row gets a new id made from its old one and the number of the copy.
TABLES = [
    "accounts_user",
    "groups_sponsorgroup",
    "groups_groupmember",
    "groups_agreement",
    "groups_screening",
    "groups_trainingsession",
    "groups_attendance",
    "groups_groupreview",
    "newcomers_household",
    "newcomers_consent",
    "matches_match",
    "matches_answer",
    "matches_checkin",
    "matches_checkinreport",
    "matches_contactrequest",
    "newcomers_disclosuregrant",
    "audit_auditevent",
]
#: Left empty where a value must be unique.
EMPTY = {"run_id", "invitation_hash"}
#: Of whom a copy is made too: volunteers and newcomers. Staff stay the same few people.
PEOPLE = (
    "(SELECT user_id FROM groups_groupmember WHERE user_id IS NOT NULL"
    " UNION SELECT user_id FROM newcomers_household WHERE user_id IS NOT NULL)"
)
#: Foreign keys to rows that are copied too.
INNER = {"group_id", "member_id", "session_id", "household_id", "match_id", "check_in_id", "subject_id"}
#: Foreign keys to people: everybody of the copy is somebody else.
PERSONAL = {"user_id", "asked_by_id", "reader_id"}


def multiply(factor: int) -> None:
    """Add `factor - 1` copies of everything, in the same towns: their lists become `factor` times as long."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE copied_people AS SELECT user_id AS id FROM {PEOPLE} AS people"
        )
        for table in TABLES:
            cursor.execute(
                "SELECT column_name FROM information_schema.columns"
                " WHERE table_name = %s AND is_identity = 'NO' AND is_generated = 'NEVER'",
                [table],
            )
            _copy(cursor, table, [name for (name,) in cursor.fetchall()], factor)
        # What autovacuum does in real life: statistics, and which pages everybody may see.
        cursor.execute("VACUUM ANALYZE")


def _copy(cursor, table: str, columns: list[str], factor: int) -> None:
    names = [f'"{name}"' for name in columns]
    values = [_value(name) for name in columns]
    of_people = "WHERE old.id IN (SELECT id FROM copied_people)" if table == "accounts_user" else ""
    cursor.execute(
        f'INSERT INTO "{table}" ({", ".join(names)}) SELECT {", ".join(values)} '
        f'FROM "{table}" old, generate_series(1, %s) AS copy {of_people}',
        [factor - 1],
    )


def _value(name: str) -> str:
    copied = f'md5(old."{name}"::text || copy)::uuid'
    if name == "id" or name in INNER:
        return copied
    if name in PERSONAL:
        return f'CASE WHEN old."{name}" IN (SELECT id FROM copied_people) THEN {copied} ELSE old."{name}" END'
    if name in EMPTY:
        return "NULL"
    if name == "code_name":
        return "old.code_name || '-' || copy"
    if name == "email":
        return "copy || '.' || old.email"
    return f'old."{name}"'
