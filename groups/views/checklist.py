"""The readiness of a group in words, for the checklist of the group and of the coordinator."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from groups.domain.agreements import asked
from groups.domain.readiness import Condition, Item, Readiness
from groups.enums import STOPPED, AgreementKind
from groups.models import SponsorGroup
from samenhier.core.look.words import in_words

STATEMENT, CODE = AgreementKind.STATEMENT, AgreementKind.CODE_OF_CONDUCT
#: Of the texts that are signed in a municipality: the title and the note of the line, and what a member does.
TEXTS = {
    (STATEMENT, CODE): (
        gettext_lazy("Statement and code of conduct"),
        gettext_lazy("Everybody signs the participant statement and the code of conduct."),
    ),
    (STATEMENT,): (
        gettext_lazy("Participant statement"),
        gettext_lazy("Everybody signs the participant statement."),
    ),
    (CODE,): (gettext_lazy("Code of conduct"), gettext_lazy("Everybody signs the code of conduct.")),
}
TO_SIGN = {
    (STATEMENT, CODE): gettext_lazy("Read the participant statement and the code of conduct, and sign them."),
    (STATEMENT,): gettext_lazy("Read the participant statement, and sign it."),
    (CODE,): gettext_lazy("Read the code of conduct, and sign it."),
}


@dataclass(frozen=True)
class Line:
    """What the checklist component takes."""

    state: str
    title: str
    note: str
    tag_text: str
    url: str = ""
    url_text: str = ""


def lines_of(group: SponsorGroup, ready: Readiness, *, names: bool) -> list[Line]:
    """One line for each condition. `names`: for the group itself, with the first names of who said yes; else for
    the coordinator."""
    return [_line(item, group, ready, names=names) for item in ready.items]


def _line(item: Item, group: SponsorGroup, ready: Readiness, *, names: bool) -> Line:
    tag = _("Ready") if item.met else _("Busy") if item.done else _("To do")
    if item.condition is Condition.MEMBERS:
        return Line(item.state, _members_title(item), _members_note(ready, names=names), tag)
    if item.condition is Condition.DUTCH:
        title = ngettext("%(number)s Dutch speaker", "%(number)s Dutch speakers", item.wanted) % {
            "number": item.wanted
        }
        note = _("This is advice. Not everybody needs to speak Dutch.")
        return Line(item.state, title, note, _("Ready") if item.met else _("Advice"))
    if item.condition is Condition.AGREEMENTS:
        asks, signs = TEXTS[asked(group.municipality.policy)]
        return Line(item.state, str(asks), f"{_of_who_said_yes(item, ready)}{signs}", tag)
    if item.condition is Condition.VOG:
        note = (
            _("Show it to the coordinator. You get it back; no copy is kept.")
            if names
            else _("Give it back; keep no copy.")
        )
        return Line(item.state, _("VOG shown"), _of_who_said_yes(item, ready) + note, tag)
    if item.condition is Condition.TRAINING:
        note = _("Everybody comes once.")
        return Line(item.state, _("Start training"), _of_who_said_yes(item, ready) + note, tag)
    return _visit_line(item, group, names=names)


def _of_who_said_yes(item: Item, ready: Readiness) -> str:
    """“2 of the 3 who said yes. ”; who still has to answer, cannot have done it."""
    if not ready.present:
        return ""
    return (
        ngettext(
            "%(done)s of the %(number)s person who said yes.",
            "%(done)s of the %(number)s people who said yes.",
            ready.present,
        )
        % {"done": item.done, "number": ready.present}
        + " "
    )


def _members_title(item: Item) -> str:
    return ngettext("%(number)s member", "%(number)s members", item.wanted) % {"number": item.wanted}


def _members_note(ready: Readiness, *, names: bool) -> str:
    parts = []
    if names and ready.members:
        parts.append(
            _("%(names)s said yes.") % {"names": together([one.member.name for one in ready.members])}
        )
    elif ready.present > ready.wanted:
        parts.append(_("%(number)s people said yes.") % {"number": ready.present})
    else:
        parts.append(_("%(done)s of %(wanted)s") % {"done": ready.present, "wanted": ready.wanted} + ".")
    if ready.invited:
        parts.append(
            ngettext("%(number)s person still answers.", "%(number)s people still answer.", ready.invited)
            % {"number": ready.invited}
        )
    return " ".join(parts)


#: Unicode's isolates: what <bdi> is in a sentence that is one text.
_FIRST_STRONG, _POP = "\u2068", "\u2069"


def together(names: list[str]) -> str:
    """“Anneke, Bram and Farid”, each in its own direction."""
    names = [f"{_FIRST_STRONG}{name}{_POP}" for name in names]
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


def visited(group: SponsorGroup) -> bool:
    """Whether the coordinator's visit has been."""
    return group.visit_at is not None and group.visit_at <= timezone.now()


def _visit_line(item: Item, group: SponsorGroup, *, names: bool) -> Line:
    title = _("Visit of the coordinator")
    if item.met:
        return Line("done", title, _("You met each other."), _("Ready"))
    if group.visit_at is not None:
        note = in_words(timezone.localtime(group.visit_at))
        return Line("busy", title, note[:1].upper() + note[1:], _("Planned"))
    note = (
        _("The coordinator plans this with you after you asked for approval.")
        if names
        else _("Plan it when the group asked for approval, or before.")
    )
    return Line("todo", title, note, _("To do"))


@dataclass(frozen=True)
class NextStep:
    """The one thing that the reader can do now, in the frame “What now?”."""

    text: str
    url: str = ""
    label: str = ""


def next_step(
    group: SponsorGroup, ready: Readiness, missing: tuple[Condition, ...], *, contact: bool, booked: bool
) -> NextStep:
    """What this member does next: first their own part, then what the contact person does for all."""
    inside = {"group": group.pk}
    if group.status in STOPPED:
        return _waiting(group)
    if Condition.AGREEMENTS in missing:
        texts = asked(group.municipality.policy)
        return NextStep(
            str(TO_SIGN[texts]), reverse(f"groups:{texts[0].value}", kwargs=inside), _("Read and sign")
        )
    if Condition.TRAINING in missing and not booked:
        return NextStep(
            _("Choose an evening for the start training."),
            reverse("groups:training", kwargs=inside),
            _("Choose a training"),
        )
    if Condition.VOG in missing:
        return NextStep(
            _(
                "Show your VOG at the office, at the training or during the visit. We do not keep it. "
                "The coordinator tells you how you can request it for free."
            )
        )
    if Condition.TRAINING in missing:
        return NextStep(_("You have a place at the training. After that you did your part."))
    if group.status in ("forming", "returned"):
        if not contact:
            return NextStep(
                _("You did your part. The contact person asks for approval when everybody is ready.")
            )
        if ready.own_part_done:
            return NextStep(
                _("Everybody did their part. Ask the coordinator for approval."),
                reverse("groups:submit", kwargs=inside),
                _("Ask for approval"),
            )
        if ready.present + ready.invited < ready.wanted:
            return NextStep(
                _("You did your part. Invite somebody, so that you are complete."),
                reverse("groups:invite", kwargs=inside),
                _("Invite somebody"),
            )
        return NextStep(_("You did your part. As soon as everybody is ready, you can ask for approval."))
    if group.paused_at is not None and contact:
        return NextStep(_paused(group), reverse("groups:go_on", kwargs=inside), _("We go on"))
    return _waiting(group)


def _paused(group: SponsorGroup) -> str:
    return _("Your group has paused since %(day)s. Until you go on, you get no proposal.") % {
        "day": in_words(timezone.localtime(group.paused_at), style="day")
    }


def _waiting(group: SponsorGroup) -> NextStep:
    if group.paused_at is not None:
        return NextStep(_paused(group))
    partner = group.municipality.partner_organisation
    if visited(group):
        asked = _("Your group asked for approval. %(partner)s looks at it, and you hear the answer.")
    elif group.visit_at:
        asked = _("Your group asked for approval. %(partner)s looks at it and visits you as agreed.")
    else:
        asked = _("Your group asked for approval. %(partner)s looks at it and plans a visit with you.")
    texts = {
        "submitted": asked,
        "approved": _(
            "Your group is approved. %(partner)s looks for a household that fits you. You hear it here and by mail."
        ),
        "on_hold": _("Your group is on hold. Talk with %(partner)s about how to go on."),
        "declined": _("Your group does not go on now. You can always talk with %(partner)s about it."),
        "withdrawn": _("This group has stopped."),
        "closed": _("This group has ended. Thank you for everything you did."),
    }
    return NextStep(texts[group.status] % {"partner": partner})
