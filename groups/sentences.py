"""What the acts of this room are called in the trail."""

from django.utils.translation import gettext_lazy as _

from samenhier.audit.sentences import describe

describe("agreement.signed", _("A member signed an agreement"))
describe("group.approved", _("The group was approved"))
describe("group.card_changed", _("The card of the group was changed"))
describe("group.declined", _("The group was declined"))
describe("group.emphasis_set", _("The group said what matters most to it"))
describe("group.erased", _("The people of the group were erased"))
describe("group.put_on_hold", _("The group was put on hold"))
describe("group.registered", _("The group was registered"))
describe("group.returned", _("The group got a question back"))
describe("group.submitted", _("The group was sent in for review"))
describe("group.visit_planned", _("The visit to the group was planned"))
describe("group.withdrawn", _("The group stopped"))
describe("member.accepted", _("A member said yes"))
describe("member.became_contact", _("A member became the contact person"))
describe("member.declined", _("Somebody declined the invitation"))
describe("member.erased", _("A former member was erased"))
describe("member.handed_over", _("The contact person handed over to another member"))
describe("member.invited", _("Somebody was invited"))
describe("member.invited_again", _("Somebody was invited again"))
describe("member.left", _("A member left the group"))
describe("member.profile_changed", _("A member changed their own data"))
describe("member.revoked", _("An invitation was taken back"))
describe("training.attendance_recorded", _("Attendance at a training was recorded"))
describe("training.cancelled", _("A training was cancelled"))
describe("training.planned", _("A training was planned"))
describe("training.signed_up", _("A member signed up for a training"))
describe("vog.forgotten", _("What was known of a VOG was removed"))
describe("vog.seen", _("A VOG was seen"))
