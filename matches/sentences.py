"""What the acts of this room are called in the trail."""

from django.utils.translation import gettext_lazy as _

from samenhier.audit.sentences import describe

describe("check_in.answered", _("A check-in was answered"))
describe("check_in.note_read", _("The note of a check-in was read"))
describe("contact.asked", _("Somebody asked to be contacted"))
describe("contact.handled", _("The request for contact was handled"))
describe("match.activated", _("The match became active"))
describe("match.agreed", _("Both sides said yes"))
describe("match.answered", _("One side answered"))
describe("match.approved", _("The proposal was approved"))
describe("match.builder_chosen", _("A community builder was chosen"))
describe("match.ended", _("The match ended"))
describe("match.first_meeting", _("The first meeting was recorded"))
describe("match.introduced", _("Both sides were introduced"))
describe("match.lapsed", _("The time to answer passed"))
describe("match.member_left", _("A member of the group left during the match"))
describe("match.more_time", _("There is more time to answer"))
describe("match.opened_to_members", _("The name was opened to new members of the group"))
describe("match.set_aside", _("The proposal was set aside"))
describe("run.failed", _("A matching run failed"))
describe("run.finished", _("A matching run finished"))
describe("run.queued_again", _("A matching run was queued again"))
describe("run.started", _("A matching run started"))
