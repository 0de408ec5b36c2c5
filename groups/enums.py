from django.db import models
from django.utils.translation import gettext_lazy as _


class GroupKind(models.TextChoices):
    WELCOME = "welcome", _("welcome group")
    SPONSOR = "sponsor", _("sponsor group")


class GroupStatus(models.TextChoices):
    FORMING = "forming", _("forming")
    SUBMITTED = "submitted", _("under review")
    RETURNED = "returned", _("returned with a question")
    APPROVED = "approved", _("approved")
    DECLINED = "declined", _("not approved")
    ON_HOLD = "on_hold", _("on hold")
    WITHDRAWN = "withdrawn", _("withdrawn")
    CLOSED = "closed", _("closed")


#: On the way to approval.
ON_THE_WAY = [GroupStatus.FORMING, GroupStatus.SUBMITTED, GroupStatus.RETURNED]
#: A group in one of these takes no part any more, and never will again.
STOPPED = [GroupStatus.DECLINED, GroupStatus.WITHDRAWN, GroupStatus.CLOSED]


class MemberStatus(models.TextChoices):
    INVITED = "invited", _("invited")
    ACCEPTED = "accepted", _("said yes")
    DECLINED = "declined", _("said no")
    LEFT = "left", _("left")
    REVOKED = "revoked", _("invitation withdrawn")


class MemberRole(models.TextChoices):
    CONTACT = "contact", _("contact person")
    MEMBER = "member", _("member")


class DutchLevel(models.TextChoices):
    YES = "yes", _("Yes")
    SOME = "some", _("A little")
    NOT_YET = "not_yet", _("Not yet")


class ScreeningStatus(models.TextChoices):
    REQUESTED = "requested", _("not yet shown")
    SEEN = "seen", _("seen")


class AgreementKind(models.TextChoices):
    STATEMENT = "statement", _("participant statement")
    CODE_OF_CONDUCT = "code_of_conduct", _("code of conduct")


class Decision(models.TextChoices):
    APPROVED = "approved", _("approved")
    RETURNED = "returned", _("returned with a question")
    DECLINED = "declined", _("not approved")
    CLOSED = "closed", _("closed")
