"""Numbers and small decisions of this room, without a database."""

from datetime import timedelta

#: A group never counts more people than this, whatever the policy says.
MEMBERS_AT_MOST = 12

#: An address gets an invitation for the same group again after this, and so often at most.
INVITE_AGAIN_AFTER = timedelta(days=7)
INVITATIONS_EVER = 3
#: All groups of the country together write to one address so often in `INVITATIONS_SPAN` at most.
INVITATIONS_IN_SPAN = 3
INVITATIONS_SPAN = timedelta(days=30)
#: One group sends so many invitations in a day.
INVITATIONS_A_DAY = 15

#: A coordinator hears after so long that a group waits for a contact person who did not answer.
CONTACT_SILENT_AFTER = timedelta(days=7)

#: After so long somebody asks a group that pauses how it goes on.
LONG_PAUSE = timedelta(days=90)

#: How long an evening of training is in a calendar.
TRAINING_LASTS = timedelta(hours=2)
#: A coordinator hears of a VOG so long before it must be shown again.
RENEWAL_NOTICE = timedelta(days=30)

#: What a group may ask of a household: only what the household's own time and place can answer, never a trait.
GROUP_WISHES = ("evenings_only", "near")
