from django.db import models
from django.utils.translation import gettext_lazy as _


class Side(models.TextChoices):
    GROUP = "group", _("group")
    HOUSEHOLD = "household", _("household")


class RunStatus(models.TextChoices):
    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


#: A municipality has one run in one of these at most.
BUSY_STATUSES = [RunStatus.QUEUED, RunStatus.RUNNING]


class NationalStatus(models.TextChoices):
    RUNNING = "running", _("running")
    DONE = "done", _("done")


class WhatIfStatus(models.TextChoices):
    DRAFT = "draft", _("not computed yet")
    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class MatchStatus(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    OFFERED = "offered", _("waits for the group's municipality")
    ASKING = "asking", _("waiting for answers")
    AGREED = "agreed", _("both said yes")
    INTRODUCED = "introduced", _("introduced")
    ACTIVE = "active", _("active")
    ENDED = "ended", _("ended")
    DECLINED = "declined", _("not now")
    LAPSED = "lapsed", _("answer time passed")
    WITHDRAWN = "withdrawn", _("withdrawn")


#: A household or group with a match in one of these is taken.
OPEN_STATUSES = [MatchStatus.ASKING, MatchStatus.AGREED, MatchStatus.INTRODUCED, MatchStatus.ACTIVE]
#: Nobody of the two sides was asked yet: such a match takes neither of them.
UNDECIDED_STATUSES = [MatchStatus.PROPOSED, MatchStatus.OFFERED]
#: In these the names are open to both sides.
NAMES_OPEN = [MatchStatus.INTRODUCED, MatchStatus.ACTIVE]


class AnswerValue(models.TextChoices):
    YES = "yes", _("yes")
    NO = "no", _("no, not now")
    TALK = "talk", _("I want to talk first")


class EndKind(models.TextChoices):
    PLANNED = "planned", _("as planned")
    EARLY = "early", _("early")


class EndReason(models.TextChoices):
    COMPLETED = "completed", _("the time together is complete")
    MOVED = "moved", _("moved to another town")
    NO_TIME = "no_time", _("no time any more")
    NO_CLICK = "no_click", _("it did not work out between people")
    OWN_WAY = "own_way", _("support is no longer needed")
    GROUP_ENDED = "group_ended", _("the group stopped")
    TRIAL = "trial", _("stopped after the trial")
    OTHER = "other", _("another reason")


class TrialValue(models.TextChoices):
    GO_ON = "go_on", _("go on")
    STOP = "stop", _("stop")
    TALK = "talk", _("I want to talk first")


class TrialOutcome(models.TextChoices):
    AGREED = "agreed", _("both go on")
    STOPPED = "stopped", _("stopped after the trial")
    ENDED = "ended", _("the match ended in another way")


class CheckInStatus(models.TextChoices):
    PLANNED = "planned", _("planned")
    ANSWERED = "answered", _("answered")
    CANCELLED = "cancelled", _("cancelled")


class OutcomeStatus(models.TextChoices):
    PLANNED = "planned", _("planned")
    ANSWERED = "answered", _("answered")
    CLOSED = "closed", _("closed")


class ContactStatus(models.TextChoices):
    OPEN = "open", _("waiting")
    DONE = "done", _("done")
