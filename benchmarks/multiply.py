"""More of the practice world, straight in SQL: copies of its groups, households, matches and check-ins."""

from django.db import connection

#: In the order of their foreign keys. Each row gets a new id made from its old one and the number of the copy.
TABLES = [
    "groups_sponsorgroup",
    "groups_groupmember",
    "groups_agreement",
    "groups_screening",
    "groups_trainingsession",
    "groups_attendance",
    "newcomers_household",
    "newcomers_consent",
    "matches_match",
    "matches_answer",
    "matches_checkin",
    "matches_checkinreport",
]
#: Copied as they are, or left empty where a value must be unique.
EMPTY = {"user_id", "run_id", "invitation_hash"}


def multiply(factor: int) -> None:
    """Add `factor - 1` copies of everything, in the same towns: their lists become `factor` times as long."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table])
            _copy(cursor, table, [name for (name,) in cursor.fetchall()], factor)
        cursor.execute("ANALYZE")


def _copy(cursor, table: str, columns: list[str], factor: int) -> None:
    names = [f'"{name}"' for name in columns]
    values = [_value(table, name) for name in columns]
    cursor.execute(
        f'INSERT INTO "{table}" ({", ".join(names)}) SELECT {", ".join(values)} '
        f'FROM "{table}" old, generate_series(1, %s) AS copy',
        [factor - 1],
    )


#: Foreign keys to rows that are copied too.
INNER = {"group_id", "member_id", "session_id", "household_id", "match_id", "check_in_id"}


def _value(table: str, name: str) -> str:
    if name == "id" or name in INNER:
        return f"md5(old.\"{name}\"::text || copy)::uuid"
    if name == "user_id" and table == "groups_groupmember":
        return "old.user_id"
    if name in EMPTY:
        return "NULL"
    if name == "code_name":
        return "old.code_name || '-' || copy"
    return f'old."{name}"'
