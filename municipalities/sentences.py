"""What the acts of this room are called in the trail."""

from django.utils.translation import gettext_lazy as _

from samenhier.audit.sentences import describe

describe("municipality.changed", _("The data of the municipality were changed"))
describe("municipality.onboarded", _("The municipality joined"))
describe("opening.accepted", _("Two municipalities opened their groups to each other"))
describe("opening.asked", _("A municipality asked another to open their groups to each other"))
describe("opening.closed", _("Two municipalities are no longer open to each other"))
describe("opening.refused", _("A municipality said no to the question of another"))
describe("opening.withdrawn", _("A municipality took its question to another back"))
describe("part.added", _("A part of town was added"))
describe("part.distances_changed", _("Distances between parts of town were changed"))
describe("part.removed", _("A part of town was removed"))
describe("policy.changed", _("The policy was changed"))
describe("staff.ended", _("A colleague stopped here"))
describe("staff.invited", _("A colleague was invited"))
describe("staff.languages", _("The languages of a community builder were changed"))
describe("staff.joined", _("A colleague joined"))
