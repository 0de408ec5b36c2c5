"""What decisions about mail are called in the trail."""

from django.utils.translation import gettext_lazy as _

from samenhier.audit.sentences import describe

describe("mail.counted_as_sent", _("An uncertain mail was counted as sent"))
describe("mail.let_go", _("A failed mail was let go"))
describe("mail.sent_again", _("A mail was sent again"))
