"""What the acts of this room are called in the trail."""

from django.utils.translation import gettext_lazy as _

from samenhier.audit.sentences import describe

describe("municipality.changed", _("The data of the municipality were changed"))
describe("municipality.onboarded", _("The municipality joined"))
describe("policy.changed", _("The policy was changed"))
describe("staff.ended", _("A colleague stopped here"))
describe("staff.invited", _("A colleague was invited"))
describe("staff.languages", _("The languages of a community builder were changed"))
describe("staff.joined", _("A colleague joined"))
