"""“Our group” for its members, and what each may do there."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from groups.domain.training import cancel_session, plan_session
from groups.enums import Decision, GroupStatus, MemberRole, MemberStatus
from groups.models import Attendance, GroupMember, GroupReview, SponsorGroup
from matches.models import CheckIn, CheckInReport
from tests import factories
from tests.factories import CANARY


@pytest.fixture(autouse=True)
def english(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def group(town):
    return factories.group(town, members=5, status=GroupStatus.FORMING, name="De Lindebuurt", visit_at=None)


@pytest.fixture
def contact(group):
    return group.members.get(role=MemberRole.CONTACT)


@pytest.fixture
def member(group):
    return group.members.filter(role=MemberRole.MEMBER).first()


def url(name, group, **kwargs):
    return reverse(f"groups:{name}", kwargs={"group": group.pk, **kwargs})


CONTACT_ONLY = ("invite", "card", "emphasis", "submit")
EVERYBODY = ("own", "statement", "code_of_conduct", "profile", "leave", "training")


class TestAccess:
    def test_each_page_for_each_reader(self, client, group, contact, member, town):
        invited = factories.member(group, status=MemberStatus.INVITED)
        pages = [(name, {}) for name in EVERYBODY + CONTACT_ONLY]
        pages += [("resend", {"member": invited.pk}), ("revoke", {"member": invited.pk})]
        stranger = factories.group(town, members=1).members.get().user
        coordinator = factories.staff("coordinator", town)
        for name, kwargs in pages:
            address = url(name, group, **kwargs)
            client.logout()
            client.cookies["django_language"] = "en"
            assert client.get(address).status_code == 302
            for person in (stranger, coordinator):
                client.force_login(person)
                assert client.get(address).status_code == 404
            client.force_login(member.user)
            alone = name in (*CONTACT_ONLY, "resend", "revoke")
            assert client.get(address).status_code == (403 if alone else 200)
            client.force_login(contact.user)
            assert client.get(address).status_code == 200

    def test_who_left_sees_nothing(self, client, group, member):
        member.status = MemberStatus.LEFT
        member.save()
        client.force_login(member.user)
        assert client.get(url("own", group)).status_code == 404


class TestHome:
    def test_others_are_only_complete_or_not(self, client, group, member, contact):
        other = group.members.exclude(pk__in=[member.pk, contact.pk]).first()
        other.screening.delete()
        client.force_login(member.user)
        html = client.get(url("own", group)).content.decode().replace("<wbr>", "")
        assert html.count("Not complete yet") == 1
        assert other.phone not in html
        assert other.email not in html
        assert CANARY in html  # the names of the group are there, so that a leak could show

    def test_a_no_has_no_name(self, client, group, contact):
        gone = factories.member(group, status=MemberStatus.DECLINED, name="")
        client.force_login(contact.user)
        html = client.get(url("own", group)).content.decode().replace("<wbr>", "")
        assert "One person you invited will not join" in html
        assert gone.email not in html

    @pytest.mark.parametrize("status", GroupStatus.values)
    def test_every_state_has_a_page(self, client, group, contact, status):
        SponsorGroup.objects.filter(pk=group.pk).update(status=status, approved_at=timezone.now())
        client.force_login(contact.user)
        response = client.get(url("own", group))
        assert response.status_code == 200
        assert "What now?" in response.content.decode()

    def test_the_question_of_the_coordinator(self, client, group, contact):
        SponsorGroup.objects.filter(pk=group.pk).update(status=GroupStatus.RETURNED)
        GroupReview.objects.create(
            municipality=group.municipality,
            group=group,
            decision=Decision.RETURNED,
            message="Wie kan er overdag?",
        )
        client.force_login(contact.user)
        assert "Wie kan er overdag?" in client.get(url("own", group)).content.decode()


class TestContactPerson:
    def test_invites_sends_again_and_withdraws(self, client, group, contact, mailed):
        client.force_login(contact.user)
        data = {"name": "Wout", "email": "wout@voorbeeld.example"}
        assert client.post(url("invite", group), data).status_code == 302
        twice = client.post(url("invite", group), data)
        assert "already invited" in twice.content.decode()
        assert 'value="Wout"' in twice.content.decode()
        row = GroupMember.objects.get(email="wout@voorbeeld.example")
        html = client.get(url("own", group)).content.decode()
        assert "wout@<wbr>voorbeeld.<wbr>example" in html
        soon = client.post(url("resend", group, member=row.pk), follow=True)
        assert "less than a week" in soon.content.decode()
        GroupMember.objects.filter(pk=row.pk).update(invited_at=timezone.now() - timedelta(days=8))
        client.post(url("resend", group, member=row.pk))
        assert len(mailed("groups.invitation")) == 2
        client.post(url("revoke", group, member=row.pk))
        assert "wout@" not in client.get(url("own", group)).content.decode()
        assert client.post(url("revoke", group, member=row.pk)).status_code == 404

    @pytest.mark.parametrize(
        "name", ["", "<b>", "www.spam.example", "a\x00", "x" * 100, "\u202eabc", "123456782 is mijn bsn"]
    )
    def test_bad_names(self, client, group, contact, name):
        client.force_login(contact.user)
        response = client.post(url("invite", group), {"name": name, "email": "goed@voorbeeld.example"})
        assert response.status_code == 200
        assert "error-summary" in response.content.decode()
        assert 'value="goed@voorbeeld.example"' in response.content.decode()

    def test_changes_the_card(self, client, group, contact):
        client.force_login(contact.user)
        data = {"name": "مجموعة", "offers": ["dutch"], "max_household": "3", "part_of_town": "Zuid"}
        assert client.post(url("card", group), data).status_code == 302
        group.refresh_from_db()
        assert (group.name, group.offers, group.max_household) == ("مجموعة", ["dutch"], 3)
        bad = client.post(url("card", group), {**data, "motivation": "x" * 1001, "part_of_town": "\x00"})
        assert bad.status_code == 200
        assert bad.content.decode().count("error-summary-title") >= 1

    def test_asks_for_approval(self, client, group, contact):
        client.force_login(contact.user)
        assert client.post(url("submit", group)).url == url("own", group)
        assert client.post(url("submit", group)).url == url("own", group)  # pressed twice
        group.refresh_from_db()
        assert group.status == GroupStatus.SUBMITTED

    def test_a_small_group_gives_a_reason(self, client, town):
        group = factories.group(town, members=3, status=GroupStatus.FORMING)
        client.force_login(group.members.get(role=MemberRole.CONTACT).user)
        assert (
            "Why do you want to start with fewer people?" in client.get(url("submit", group)).content.decode()
        )
        assert client.post(url("submit", group), {"reason": ""}).status_code == 200
        assert client.post(url("submit", group), {"reason": "x" * 301}).status_code == 200
        assert client.post(url("submit", group), {"reason": "Wij wonen samen."}).status_code == 302

    def test_an_incomplete_group_sees_what_is_left(self, client, group, contact, member):
        member.screening.delete()
        client.force_login(contact.user)
        html = client.get(url("submit", group)).content.decode()
        assert "VOG shown" in html
        assert "Ask for approval</button>" not in html
        assert client.post(url("submit", group)).status_code == 200
        group.refresh_from_db()
        assert group.status == GroupStatus.FORMING


class TestMember:
    def test_leaves_after_a_confirm_page(self, client, group, member):
        client.force_login(member.user)
        assert "You may always stop" in client.get(url("leave", group)).content.decode()
        assert "You left the group" in client.post(url("leave", group)).content.decode()
        assert client.get(url("own", group)).status_code == 404

    def test_a_contact_person_chooses_who_takes_over(self, client, group, contact, member):
        client.force_login(contact.user)
        assert "Choose who takes over" in client.post(url("leave", group)).content.decode()
        assert client.post(url("leave", group), {"new_contact": "\x00"}).status_code == 200
        client.post(url("leave", group), {"new_contact": str(member.pk)})
        member.refresh_from_db()
        assert member.role == MemberRole.CONTACT

    def test_changes_the_profile(self, client, group, member):
        client.force_login(member.user)
        data = {
            "name": "Joke",
            "phone": "+31 6 1234 5678",
            "dutch": "yes",
            "interests": ["music"],
            "availability": ["sun_evening"],
            "talen-TOTAL_FORMS": "2",
            "talen-INITIAL_FORMS": "0",
            "talen-0-code": "tir",
            "talen-0-level": "basic",
        }
        page = url("profile", group)
        more = client.post(page, {**data, "more": "1"}).content.decode()
        assert 'name="talen-2-code"' in more or 'name="talen-1-code"' in more
        assert 'value="Joke"' in more
        bad = client.post(page, {**data, "phone": "x", "talen-0-level": ""})
        assert bad.status_code == 200
        assert "error-summary" in bad.content.decode()
        assert client.post(page, data).status_code == 302
        member.refresh_from_db()
        assert (member.name, member.phone, member.interests) == ("Joke", "+31612345678", ["music"])
        assert member.languages == [{"code": "nld", "level": "fluent"}, {"code": "tir", "level": "basic"}]

    def test_signs_up_for_a_training(self, client, group, member, town):
        Attendance.objects.filter(member=member).delete()
        session = plan_session(
            municipality=town,
            title="Start; training, één",
            starts_at=timezone.now() + timedelta(days=3),
            place="De Enk\nKerkstraat 1, " + "lang " * 20,
            seats=5,
            actor=factories.user(),
        )
        client.force_login(member.user)
        assert "I will come" in client.get(url("training", group)).content.decode()
        client.post(url("sign_up", group, session=session.pk))
        assert "You have a place" in client.get(url("training", group)).content.decode()
        assert "Your training" in client.get(url("own", group)).content.decode()
        response = client.get(url("calendar", group, session=session.pk))
        assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
        lines = response.content.decode().split("\r\n")
        assert all(len(line.encode()) <= 75 for line in lines)
        whole = response.content.decode().replace("\r\n ", "")
        assert "SUMMARY:Samen Hier: Start\\; training\\, één\r\n" in whole
        assert "LOCATION:De Enk\\nKerkstraat 1\\, lang" in whole
        assert f"DTSTART:{session.starts_at:%Y%m%dT%H%M%SZ}\r\n" in whole
        client.post(url("cancel_sign_up", group, session=session.pk))
        assert not Attendance.objects.filter(session=session).exists()
        other = factories.municipality()
        foreign = plan_session(
            municipality=other,
            title="x",
            starts_at=timezone.now() + timedelta(days=3),
            place="x",
            seats=1,
            actor=factories.user(),
        )
        assert client.post(url("sign_up", group, session=foreign.pk)).status_code == 404

    def test_reads_why_a_training_was_cancelled(self, client, group, member, town):
        Attendance.objects.filter(member=member).delete()
        session = plan_session(
            municipality=town,
            title="Starttraining",
            starts_at=timezone.now() + timedelta(days=3),
            place="De Enk",
            seats=5,
            actor=factories.user(),
        )
        client.force_login(member.user)
        client.post(url("sign_up", group, session=session.pk))
        assert "Your training" in client.get(url("own", group)).content.decode()
        cancel_session(session=session, reason="De trainer is ziek.", actor=factories.user())
        assert "Your training" not in client.get(url("own", group)).content.decode()
        html = client.get(url("training", group)).content.decode()
        assert "De trainer is ziek." in html
        assert "You have a place" not in html
        other = group.members.exclude(pk=member.pk).first()
        client.force_login(other.user)
        html = client.get(url("training", group)).content.decode()
        assert "De trainer is ziek." not in html
        assert "No training is planned yet" in html


class TestOwnData:
    def test_a_member_takes_along_what_we_keep_about_them_and_nothing_of_others(self, client, group, member):
        household = factories.household(group.municipality)
        match = factories.match(group, household, status="active")
        check_in = CheckIn.objects.create(
            municipality=group.municipality,
            match=match,
            side="group",
            moment="W2",
            due_on=timezone.localdate(),
            status="answered",
            answered_at=timezone.now(),
        )
        CheckInReport.objects.create(
            municipality=group.municipality, check_in=check_in, wellbeing=4, answered_by=member.user
        )
        client.force_login(member.user)
        assert url("own_download", group) in client.get(url("profile", group)).content.decode()
        response = client.get(url("own_download", group))
        assert "attachment" in response["Content-Disposition"]
        data = response.json()
        assert data["member"]["email"] == member.email
        assert data["matches"]["check_ins"][0]["wellbeing"] == 4
        text = response.content.decode()
        others = group.members.exclude(pk=member.pk)
        assert not [one for one in others if one.email in text or one.name in text]
        assert household.code_name not in text
        for field in GroupMember._meta.fields:
            technical = {
                "id",
                "municipality",
                "group",
                "user",
                "created_at",
                "invitation_hash",
                "invitation_expires_at",
            }
            assert field.name in technical or field.name in data["member"], field.name
        client.force_login(others.first().user)
        assert client.get(url("own_download", group)).json()["matches"]["check_ins"] == []
        client.force_login(factories.user())
        assert client.get(url("own_download", group)).status_code == 404
