"""Two kinds of mail for tests of the sender; they borrow a real template."""

from samenhier.notifications import kinds
from samenhier.notifications.kinds import Kind, OnDoubt

CONTEXT = {"event": "totp_activated", "changed_at": "2026-12-08T18:30:00+00:00"}


class SampleKind(Kind):
    """A kind without a template of its own."""

    @property
    def template(self) -> str:
        return "mail/accounts/security_notice.html"


def _kind(code: str, **values: object) -> Kind:
    kind = SampleKind(code=code, fields=frozenset(CONTEXT), sample=CONTEXT, **values)  # type: ignore[arg-type]
    if code not in {known.code for known in kinds.all_kinds()}:
        kinds.register(kind)
    return kinds.get(code)


REMINDER = _kind("tests.reminder", on_doubt=OnDoubt.LIST)
URGENT = _kind("tests.urgent", on_doubt=OnDoubt.RESEND, urgent=True)
UNWANTED = _kind("tests.unwanted", urgent=True, still_wanted=lambda context: context["event"] != "over")
UNWRITABLE = _kind("tests.unwritable", urgent=True, still_wanted=lambda context: bool(1 / 0))
