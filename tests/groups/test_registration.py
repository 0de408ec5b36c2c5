"""Registering a group: everybody is invited, nothing is doubled, an address is left in peace."""

import pytest

from groups import rules
from groups.domain import drafts
from groups.domain.registration import register_from_draft, register_group
from groups.enums import GroupStatus, MemberRole, MemberStatus
from groups.models import GroupMember, RegistrationDraft, SponsorGroup
from groups.tokens import token_hash
from samenhier.audit.models import AuditEvent
from samenhier.core.errors import DomainError
from tests import factories
from tests.parallel import at_once


def values(town, **changes):
    return {
        "municipality": town,
        "name": "De Lindebuurt",
        "contact_name": "Anneke",
        "contact_email": "Anneke@Voorbeeld.example",
        "members": [("Bram", "bram@voorbeeld.example"), ("Farid", "farid@voorbeeld.example")],
        "motivation": "Omdat het leuk is.",
        "part_of_town": "Noord",
        "offers": ["town", "dutch"],
        "kind": "welcome",
        "promises": [],
        "max_household": 4,
        "child_bands": ["4-11"],
        **changes,
    }


def test_everybody_gets_an_invitation(town, mailed):
    group = register_group(**values(town))
    assert group.status == GroupStatus.FORMING
    assert group.offers == ["dutch", "town"]  # in the order of the list
    people = list(group.members.order_by("role", "name").values_list("name", "email", "role", "status"))
    assert people == [
        ("Anneke", "anneke@voorbeeld.example", MemberRole.CONTACT, MemberStatus.INVITED),
        ("Bram", "bram@voorbeeld.example", MemberRole.MEMBER, MemberStatus.INVITED),
        ("Farid", "farid@voorbeeld.example", MemberRole.MEMBER, MemberStatus.INVITED),
    ]
    assert [mail["to"] for mail in mailed("groups.confirm")] == ["anneke@voorbeeld.example"]
    assert sorted(mail["to"] for mail in mailed("groups.invitation")) == [
        "bram@voorbeeld.example",
        "farid@voorbeeld.example",
    ]
    assert {mail["contact_name"] for mail in mailed("groups.invitation")} == {"Anneke"}
    assert AuditEvent.objects.filter(action="group.registered", subject_id=group.pk).count() == 1


def test_only_the_hash_of_the_token_is_stored(town, token_for):
    group = register_group(**values(town))
    token = token_for("bram@voorbeeld.example")
    member = group.members.get(email="bram@voorbeeld.example")
    assert len(token) >= 43  # 256 bits
    assert member.invitation_hash == token_hash(token)
    assert token not in str(GroupMember.objects.values_list())


def test_an_address_twice_is_refused(town):
    with pytest.raises(DomainError, match="own"):
        register_group(**values(town, members=[("Bram", "ANNEKE@voorbeeld.example")]))
    assert SponsorGroup.objects.count() == 0


def test_a_closed_town_takes_no_groups(town):
    town.is_open = False
    town.save()
    with pytest.raises(DomainError, match=town.name):
        register_group(**values(town))


def test_an_address_gets_so_many_invitations_in_a_month(town):
    for number in range(rules.INVITATIONS_IN_SPAN):
        register_group(
            **values(
                town,
                contact_email=f"c{number}@voorbeeld.example",
                members=[("Bram", "bram@voorbeeld.example")],
            )
        )
    with pytest.raises(DomainError, match="many invitations this month"):
        register_group(
            **values(town, contact_email="c9@voorbeeld.example", members=[("Bram", "bram@voorbeeld.example")])
        )
    assert SponsorGroup.objects.count() == rules.INVITATIONS_IN_SPAN


class TestDrafts:
    def test_kept_sealed_and_found_by_token(self, db):
        token = drafts.keep(token="", step="groep", answers={"name": ["De Lindebuurt"]})
        drafts.keep(token=token, step="waarom", answers={"motivation": ["سلام\x00"]})
        row = RegistrationDraft.objects.get()
        assert row.token_hash == token_hash(token)
        assert b"Lindebuurt" not in bytes(row.sealed)
        assert drafts.read(token).steps == {
            "groep": {"name": ["De Lindebuurt"]},
            "waarom": {"motivation": ["سلام\x00"]},
        }
        assert drafts.read("wrong") is None
        assert drafts.read("") is None

    def test_the_link_works_once(self, db, mailed):
        token = drafts.keep(token="", step="groep", answers={"name": ["De Lindebuurt"]})
        drafts.mail_link(token=token, email="Anneke@voorbeeld.example")
        drafts.mail_link(token=token, email="anneke@voorbeeld.example")  # pressed twice: one mail
        (mail,) = mailed("groups.draft_link")
        assert mail["to"] == "anneke@voorbeeld.example"
        linked = mail["url"].strip("/").split("/")[-1]
        fresh = drafts.reopen(token=linked)
        assert drafts.read(fresh).steps["groep"] == {"name": ["De Lindebuurt"]}
        with pytest.raises(drafts.DraftGone):
            drafts.reopen(token=linked)

    def test_the_address_is_typed_once(self, db):
        token = drafts.keep(token="", step="groep", answers={"name": ["De Lindebuurt"]})
        drafts.mail_link(token=token, email="anneke@voorbeeld.example")
        assert drafts.read(token).steps["over-jou"] == {"contact_email": ["anneke@voorbeeld.example"]}

    def test_registers_once(self, town):
        token = drafts.keep(token="", step="groep", answers={"name": ["De Lindebuurt"]})
        first = register_from_draft(token=token, **values(town))
        second = register_from_draft(token=token, **values(town))
        assert first == second
        assert SponsorGroup.objects.count() == 1
        draft = drafts.read(token)
        assert (draft.registered, draft.steps) == (str(first.pk), {})
        with pytest.raises(drafts.DraftGone):
            drafts.reopen(token=token)


@pytest.mark.django_db(transaction=True)
def test_a_double_click_makes_one_group():
    town = factories.municipality()
    token = drafts.keep(token="", step="groep", answers={"name": ["De Lindebuurt"]})
    results = at_once(*[lambda: register_from_draft(token=token, **values(town))] * 3)
    assert len({row.pk for row in results}) == 1
    assert SponsorGroup.objects.count() == 1
    assert GroupMember.objects.count() == 3
