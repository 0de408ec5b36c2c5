"""What the acts of this room are called in the trail."""

from django.utils.translation import gettext_lazy as _

from samenhier.audit.sentences import describe

describe("household.card_changed", _("The card of the household was changed"))
describe("household.closed", _("The household was closed"))
describe("household.consented", _("The household agreed to the use of its data"))
describe("household.contacted", _("There was contact with the household"))
describe("household.downloaded", _("The household downloaded its own data"))
describe("household.emphasis_set", _("What matters most to the household was written down"))
describe("household.erased", _("The data of the household were erased"))
describe("household.grants_closed", _("The name of the household was closed to readers"))
describe("household.grants_opened", _("The name of the household was opened to readers"))
describe("household.identity_changed", _("The name or contact of the household was changed"))
describe("household.paused", _("The household paused"))
describe("household.ready", _("The household is ready for a match"))
describe("household.registered", _("The household was registered"))
describe("household.resumed", _("The household went on after a pause"))
describe("household.revealed", _("The name of the household was read"))
describe("household.urgency_set", _("The urgency of the household was changed"))
describe("household.warned", _("The household was told that its data will be erased"))
describe("household.withdrawn", _("The household stopped"))
