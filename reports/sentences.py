"""What the acts of this room are called in the trail."""

from django.utils.translation import gettext_lazy as _

from samenhier.audit.sentences import describe

describe("figures.afresh", _("The figures were made afresh"))
describe("figures.closed", _("The figures of a period were closed"))
describe("report.made", _("A report was made"))
describe("report.requested", _("A report was asked for"))
describe("report.subscribed", _("Somebody subscribed to the report"))
describe("report.unsubscribed", _("Somebody stopped the report"))
