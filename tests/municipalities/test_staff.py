"""Who works where: inviting, joining, ending, and the second factor before anything else."""

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from municipalities.domain import onboarding, staff
from municipalities.enums import StaffRole
from municipalities.models import Municipality, StaffInvitation, StaffMembership
from samenhier.accounts.models import User
from samenhier.audit.models import AuditEvent
from samenhier.core.crypto import unseal_json
from samenhier.core.errors import Conflict, DomainError
from samenhier.notifications import kinds
from samenhier.notifications.models import OutgoingMessage
from samenhier.notifications.rendering import Rendered, render
from tests import factories as make
from tests.parallel import at_once

pytestmark = pytest.mark.django_db


def invited_url() -> str:
    """The address in the invitation that was queued last."""
    message = OutgoingMessage.objects.filter(kind="municipalities.staff_invitation").latest("created_at")
    return unseal_json(message.sealed)["context"]["url"].split("/", 3)[3]


def test_an_invited_colleague_joins_and_must_first_add_a_second_factor(client):
    town = make.municipality()
    boss = make.staff(StaffRole.COORDINATOR, town)
    client.force_login(boss)
    page = reverse("municipalities:team", kwargs={"slug": town.slug})
    answer = client.post(page, {"email": "Nieuw@Voorbeeld.example", "role": "viewer"})
    assert answer.status_code == 302
    client.logout()

    link = "/" + invited_url()
    assert client.post(link, {"name": "Noor"}).status_code == 302
    membership = StaffMembership.objects.get(user__email="nieuw@voorbeeld.example")
    assert (membership.role, membership.municipality) == ("viewer", town)
    assert AuditEvent.objects.filter(action="staff.joined", municipality_id=town.pk).count() == 1

    client.force_login(membership.user)
    answer = client.get(reverse("municipalities:policy", kwargs={"slug": town.slug}))
    assert answer.status_code == 302
    assert answer.url == reverse("mfa_index")
    make.with_second_factor(membership.user)
    assert client.get(reverse("municipalities:policy", kwargs={"slug": town.slug})).status_code == 200


def invitation_mail(language: str) -> Rendered:
    """The invitation that was queued last, as it goes out in this language."""
    message = OutgoingMessage.objects.filter(kind="municipalities.staff_invitation").latest("created_at")
    return render(kinds.get(message.kind), language, unseal_json(message.sealed)["context"])


@pytest.mark.parametrize(
    ("language", "who", "work", "factor"),
    [
        ("nl", "Samira <b>& vraagt je om voor Samen Hier te werken in", "community builder", "tweede stap"),
        ("en", "Samira <b>& invites you to work for Samen Hier in", "community builder", "second step"),
    ],
)
def test_an_invitation_says_who_invites_for_what_and_how_to_begin(language, who, work, factor):
    town = make.municipality()
    boss = make.staff(StaffRole.COORDINATOR, town)
    boss.name = "Samira <b>&"
    boss.save()
    staff.invite(email="a@voorbeeld.example", role=StaffRole.BUILDER, municipality=town, actor=boss)
    mail = invitation_mail(language)
    assert f"{who} {town.name}." in mail.text
    assert work in mail.text
    assert factor in mail.text
    assert town.name in mail.subject
    assert "<bdi>Samira &lt;b&gt;&amp;</bdi>" in mail.html
    assert "Samira <b>" not in mail.html
    assert factor in mail.html


def test_a_national_invitation_names_the_country_and_the_inviter_is_known_by_address():
    nameless = make.user(name="")
    staff.invite(email="a@voorbeeld.example", role=StaffRole.NATIONAL, municipality=None, actor=nameless)
    mail = invitation_mail("en")
    assert f"{nameless.email} invites you to work for Samen Hier in the whole country." in mail.text
    assert mail.subject == "Work with Samen Hier"
    assert "never a person" in mail.text
    staff.invite(email="b@voorbeeld.example", role=StaffRole.OPERATOR, municipality=None, actor=None)
    assert "You are invited to work for Samen Hier in the whole country." in invitation_mail("en").text


@pytest.mark.parametrize("role", StaffRole.values)
def test_every_role_has_its_work_in_words(role):
    assert render_to_string("municipalities/parts/work.html", {"role": role}).strip()


def test_an_invitation_works_once_and_not_for_ever(client):
    town = make.municipality()
    staff.invite(email="a@voorbeeld.example", role=StaffRole.VIEWER, municipality=town, actor=make.user())
    link = "/" + invited_url()
    assert client.get(link).status_code == 200
    StaffInvitation.objects.update(expires_at=timezone.now())
    assert client.get(link).status_code == 410
    assert client.post(link, {"name": "Noor"}).status_code == 410
    assert not StaffMembership.objects.exists()


def test_a_role_is_given_once():
    town = make.municipality()
    colleague = make.staff(StaffRole.VIEWER, town)
    with pytest.raises(Conflict):
        staff.invite(email=colleague.email, role=StaffRole.VIEWER, municipality=town, actor=make.user())


def test_a_national_role_has_no_municipality():
    with pytest.raises(DomainError):
        staff.invite(
            email="a@voorbeeld.example",
            role=StaffRole.NATIONAL,
            municipality=make.municipality(),
            actor=make.user(),
        )


def test_the_last_coordinator_stays(client):
    town = make.municipality()
    last = make.staff(StaffRole.COORDINATOR, town)
    membership = last.memberships.get()
    with pytest.raises(DomainError):
        staff.end_membership(membership=membership, actor=last)
    make.staff(StaffRole.COORDINATOR, town)
    staff.end_membership(membership=membership, actor=last)
    client.force_login(last)
    assert client.get(reverse("municipalities:worklist", kwargs={"slug": town.slug})).status_code == 404


def test_the_national_coordinator_onboards_a_municipality_in_one_page(client):
    client.force_login(make.staff(StaffRole.NATIONAL))
    answer = client.post(
        reverse("municipalities:onboard"),
        {
            "name": "’s-Voorbeeld",
            "cbs_code": "gm1999",
            "province": "UT",
            "partner_organisation": "Stichting Samen",
            "contact_email": "hallo@voorbeeld.example",
            "coordinator_email": "eerste@voorbeeld.example",
        },
    )
    assert answer.status_code == 302
    town = Municipality.objects.get(cbs_code="GM1999")
    assert town.slug == "s-voorbeeld"
    assert town.policy.group_size == 5
    assert town.policy.check_in_moments == ["W2", "M1", "M3", "M6", "M9", "M12"]
    assert town.staff_invitations.get().role == StaffRole.COORDINATOR


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "ا" * 10),
        ("name", "x" * 200),
        ("cbs_code", "0193"),
        ("province", "XX"),
        ("contact_email", "geen adres"),
        ("coordinator_email", "<script>@x"),
        ("partner_organisation", "nul\x00teken"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_typed_is_lost(client, field, value):
    client.force_login(make.staff(StaffRole.NATIONAL))
    typed = {
        "name": "Voorbeelddam",
        "cbs_code": "GM1998",
        "province": "UT",
        "partner_organisation": "Stichting <b>Samen</b>",
        "contact_email": "hallo@voorbeeld.example",
        "coordinator_email": "eerste@voorbeeld.example",
        field: value,
    }
    answer = client.post(reverse("municipalities:onboard"), typed)
    assert answer.status_code == 200
    assert set(answer.context["form"].errors) == {field}
    assert not Municipality.objects.exists()
    page = answer.content.decode()
    assert "<b>Samen</b>" not in page
    if field != "coordinator_email":
        assert 'value="eerste@voorbeeld.example"' in page


def test_a_changed_policy_is_validated_and_recorded():
    town = make.municipality()
    boss = make.staff(StaffRole.NATIONAL)
    onboarding.change_policy(policy=town.policy, actor=boss, group_size=6)
    event = AuditEvent.objects.get(action="policy.changed")
    assert event.detail == {"before": {"group_size": 5}, "after": {"group_size": 6}}
    assert event.municipality_id == town.pk


def test_the_first_person_is_appointed_from_the_command_line(client):
    call_command("appoint", "national", "nora@voorbeeld.example")
    client.post("/" + invited_url(), {"name": "Nora"})
    assert StaffMembership.objects.get(user__email="nora@voorbeeld.example").role == StaffRole.NATIONAL


def test_a_community_builder_is_invited_with_languages_and_a_coordinator_changes_them(client):
    town = make.municipality()
    boss = make.staff(StaffRole.COORDINATOR, town)
    client.force_login(boss)
    page = reverse("municipalities:team", kwargs={"slug": town.slug})
    given = {"email": "brug@voorbeeld.example", "role": "builder", "languages": ["arb", "tir"]}
    assert client.post(page, {**given, "languages": ["klingon"]}).status_code == 200
    assert client.post(page, given).status_code == 302
    client.logout()
    assert client.post("/" + invited_url(), {"name": "Rahwa"}).status_code == 302
    membership = StaffMembership.objects.get(user__email="brug@voorbeeld.example")
    assert membership.languages == ["arb", "tir"]
    client.force_login(boss)
    assert "Tigrinya" in client.get(page).content.decode()
    change = reverse("municipalities:languages", kwargs={"slug": town.slug, "membership": membership.pk})
    assert client.get(change).status_code == 200
    assert client.post(change, {"languages": ["klingon"]}).status_code == 200
    assert client.post(change, {"languages": ["som", "tir"]}).status_code == 302
    membership.refresh_from_db()
    assert membership.languages == ["tir", "som"]
    event = AuditEvent.objects.get(action="staff.languages")
    assert (event.actor_id, event.municipality_id, event.detail["languages"]) == (
        boss.pk,
        town.pk,
        ["tir", "som"],
    )
    # Saving the same again is no news.
    client.post(change, {"languages": ["tir", "som"]})
    assert AuditEvent.objects.filter(action="staff.languages").count() == 1


def test_only_community_builders_have_languages():
    town = make.municipality()
    boss = make.staff(StaffRole.COORDINATOR, town)
    staff.invite(
        email="a@voorbeeld.example", role=StaffRole.VIEWER, municipality=town, actor=boss, languages=["tir"]
    )
    assert StaffInvitation.objects.get().languages == []
    viewer = make.staff(StaffRole.VIEWER, town).memberships.get()
    with pytest.raises(DomainError):
        staff.set_languages(membership=viewer, languages=["tir"], actor=boss)
    builder = make.staff(StaffRole.BUILDER, town).memberships.get()
    assert staff.set_languages(membership=builder, languages=["tir"], actor=boss).languages == ["tir"]
    builder.ended_at = timezone.now()
    builder.save()
    with pytest.raises(DomainError):
        staff.set_languages(membership=builder, languages=[], actor=boss)


def invited(town, role, email="nieuw@voorbeeld.example"):
    """The token of an invitation, read from its mail."""
    staff.invite(municipality=town, email=email, role=role, actor=make.staff(StaffRole.COORDINATOR, town))
    return invited_url().strip("/").split("/")[-1]


class TestSecondAddress:
    ADDRESS = "tweede@voorbeeld.example"

    @pytest.mark.parametrize("first_is_proved", [True, False])
    def test_a_proved_one_leads_to_its_owner(self, client, first_is_proved):
        person = make.user("eerste@voorbeeld.example")
        if first_is_proved:
            EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        EmailAddress.objects.create(user=person, email=self.ADDRESS, verified=True)
        invited(make.municipality(), StaffRole.VIEWER, self.ADDRESS.upper())
        assert client.post("/" + invited_url(), {"name": "Noor"}).status_code == 302
        assert StaffMembership.objects.get(role=StaffRole.VIEWER).user == person
        assert not User.objects.filter(email=self.ADDRESS).exists()
        assert EmailAddress.objects.filter(primary=True).count() == first_is_proved
        person.refresh_from_db()
        assert person.email == "eerste@voorbeeld.example"

    def test_one_that_a_stranger_only_claims_does_not(self, client):
        stranger = make.user()
        EmailAddress.objects.create(user=stranger, email=self.ADDRESS, verified=False)
        invited(make.municipality(), StaffRole.VIEWER, self.ADDRESS)
        assert client.post("/" + invited_url(), {"name": "Noor"}).status_code == 302
        joined = StaffMembership.objects.get(role=StaffRole.VIEWER).user
        assert (joined.email, joined.name) == (self.ADDRESS, "Noor")
        assert set(EmailAddress.objects.values_list("user", "verified", "primary")) == {
            (stranger.pk, False, False),
            (joined.pk, True, True),
        }

    def test_an_invitation_there_ends_with_the_role(self):
        town = make.municipality()
        person = make.staff(StaffRole.VIEWER, town)
        for address, proved in ((self.ADDRESS, True), ("vreemd@voorbeeld.example", False)):
            EmailAddress.objects.create(user=person, email=address, verified=proved)
            invited(town, StaffRole.BUILDER, address)
        staff.end_membership(membership=person.memberships.get(), actor=make.user())
        assert StaffInvitation.objects.get().email == "vreemd@voorbeeld.example"


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_a_link_that_is_tapped_twice_gives_one_role(self):
        token = invited(make.municipality(), StaffRole.VIEWER)
        outcomes = at_once(*[lambda: staff.accept(token=token, name="Noor")] * 2)
        assert sorted(isinstance(one, DomainError) for one in outcomes) == [False, True]
        assert StaffMembership.objects.filter(user__email="nieuw@voorbeeld.example").count() == 1

    def test_two_towns_that_invited_the_same_new_colleague(self):
        tokens = [invited(make.municipality(), role) for role in (StaffRole.VIEWER, StaffRole.BUILDER)]
        outcomes = at_once(*[lambda token=token: staff.accept(token=token, name="Noor") for token in tokens])
        assert {type(one) for one in outcomes} == {StaffMembership}
        assert len({one.user_id for one in outcomes}) == 1
