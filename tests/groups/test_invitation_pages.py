"""Answering an invitation in the browser: yes in a few pages, no kindly, and every kind of closed link."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from groups.domain.membership import invite
from groups.enums import GroupStatus, MemberRole, MemberStatus
from groups.models import Agreement, GroupMember
from samenhier.accounts.models import User
from tests import factories

ADDRESS = "farid@voorbeeld.example"
HOME = "/uitnodiging/"


@pytest.fixture(autouse=True)
def english(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def group(town):
    return factories.group(town, members=2, status=GroupStatus.FORMING, name="De Lindebuurt")


@pytest.fixture
def contact(group):
    return group.members.get(role=MemberRole.CONTACT)


@pytest.fixture
def link(group, contact, mailed):
    invite(group=group, name="Farid", email=ADDRESS, actor=contact.user)
    return mailed("groups.invitation")[-1]["url"]


def page(step):
    return reverse("groups:answer", kwargs={"step": step})


def rows(*spoken):
    data = {"talen-TOTAL_FORMS": "2", "talen-INITIAL_FORMS": "0"}
    for number, (code, level) in enumerate(spoken):
        data |= {f"talen-{number}-code": code, f"talen-{number}-level": level}
    return data


ANSWERS = {
    "leeftijd": {"old_enough": "yes"},
    "nederlands": {"dutch": "some"},
    "talen": rows(("pes", "fluent")),
    "interesses": {"interests": ["cooking", "walking"]},
    "beschikbaar": {"availability": ["mon_evening", "sat_morning"]},
    "telefoon": {"phone": "06 - ١٢٣٤ 5678"},
}


def say_yes(client):
    url = page("leeftijd")
    for step, data in ANSWERS.items():
        assert url == page(step)
        assert client.get(url).status_code == 200
        response = client.post(url, data)
        assert response.status_code == 302, response.content.decode()
        url = response.url
    assert url == reverse("groups:answer_check")
    return client.post(url)


class TestYes:
    def test_a_new_person(self, client, link, group):
        first = client.get(link)
        assert first.url == HOME
        assert first.headers["Referrer-Policy"] == "same-origin"
        shown = client.get(HOME).content.decode()
        assert "De Lindebuurt" in shown
        assert link.strip("/").split("/")[-1] not in shown
        response = say_yes(client)
        assert response.url == reverse("groups:statement", kwargs={"group": group.pk})
        member = GroupMember.objects.get(email=ADDRESS)
        assert (member.status, member.phone, member.dutch) == (MemberStatus.ACCEPTED, "0612345678", "some")
        assert client.session["_auth_user_id"] == str(member.user.pk)
        # two texts, then home
        statement = client.get(response.url)
        assert "Participant statement" in statement.content.decode()
        refused = client.post(response.url, {"version": "2026-1"})
        assert "Tick the box" in refused.content.decode()
        code = client.post(response.url, {"version": "2026-1", "agree": "on"})
        assert code.url == reverse("groups:code_of_conduct", kwargs={"group": group.pk})
        home = client.post(code.url, {"version": "2026-1", "agree": "on"})
        assert home.url == reverse("groups:own", kwargs={"group": group.pk})
        assert Agreement.objects.filter(member=member).count() == 2
        assert client.get(home.url).status_code == 200

    def test_an_existing_account_is_linked_and_signed_in(self, client, link):
        person = factories.user(ADDRESS)
        client.get(link)
        say_yes(client)
        assert client.session["_auth_user_id"] == str(person.pk)
        assert User.objects.filter(email=ADDRESS).count() == 1

    def test_staff_are_not_signed_in_by_a_link(self, client, link, town):
        factories.staff("coordinator", town, email=ADDRESS)
        client.get(link)
        html = client.get(HOME).content.decode()
        assert "Sign in and go on" in html
        assert client.get(page("leeftijd")).url == HOME
        assert client.post(reverse("groups:answer_check")).status_code == 302
        assert "_auth_user_id" not in client.session
        assert GroupMember.objects.get(email=ADDRESS).status == MemberStatus.INVITED

    def test_signed_in_as_somebody_else(self, client, link):
        other = factories.user()
        client.force_login(other)
        client.get(link)
        html = client.get(HOME).content.decode().replace("<wbr>", "")
        assert other.email in html
        assert ADDRESS in html
        assert client.get(page("leeftijd")).url == HOME
        assert client.post(reverse("groups:invitation_sign_out")).url == HOME
        assert "_auth_user_id" not in client.session
        assert "Yes, I join" in client.get(HOME).content.decode()

    def test_too_young_changes_nothing(self, client, link):
        client.get(link)
        response = client.post(page("leeftijd"), {"old_enough": "no"})
        assert "You can join when you are 18" in response.content.decode()
        assert client.get(reverse("groups:answer_check")).url == page("leeftijd")
        assert GroupMember.objects.get(email=ADDRESS).status == MemberStatus.INVITED

    def test_answers_are_kept_and_can_be_changed(self, client, link):
        client.get(link)
        for step, data in ANSWERS.items():
            client.post(page(step), data)
        check = client.get(reverse("groups:answer_check")).content.decode()
        assert "Persian (Farsi) (well)" in check
        assert "Monday evening" in check
        assert (
            'value="mon_evening" id="id_availability_2" checked'
            in client.get(page("beschikbaar")).content.decode()
        )
        changed = client.post(page("nederlands"), {"dutch": "yes", "then": "controle"})
        assert changed.url == reverse("groups:answer_check")

    def test_more_languages_without_script(self, client, link):
        client.get(link)
        response = client.post(
            page("talen"), {**rows(("pes", ""), ("tur", "basic")), "more": "1"}, follow=True
        )
        html = response.content.decode()
        assert 'name="talen-2-code"' in html
        assert '<option value="pes" selected>' in html
        assert "error-summary" not in html


class TestNo:
    def test_a_kind_no(self, client, link):
        client.get(link)
        assert client.get(reverse("groups:invitation_no")).status_code == 200
        assert GroupMember.objects.get(email=ADDRESS).status == MemberStatus.INVITED
        assert client.post(reverse("groups:invitation_no")).url == HOME
        html = client.get(HOME)
        assert html.status_code == 200
        assert "Thank you for your answer" in html.content.decode()
        assert not GroupMember.objects.filter(email=ADDRESS).exists()


class TestClosedLinks:
    def test_expired_gives_a_new_one(self, client, link, mailed):
        with time_machine.travel(timezone.now() + timedelta(days=15)):
            response = client.get(link, follow=True)
            assert response.status_code == 410
            assert "This invitation has expired" in response.content.decode()
            assert "Your new link is on its way" in client.post(reverse("groups:ask_again")).content.decode()
            fresh = mailed("groups.invitation")[-1]["url"]
            assert fresh != link
            assert client.get(fresh, follow=True).status_code == 200
            assert client.get(link, follow=True).status_code == 410

    def test_used_leads_to_signing_in(self, client, link):
        client.get(link)
        say_yes(client)
        other = Client()
        other.cookies["django_language"] = "en"
        response = other.get(link, follow=True)
        assert "You said yes already" in response.content.decode()
        mine = client.get(link, follow=True)
        assert mine.redirect_chain[-1][0].startswith("/mijn/groep/")

    @pytest.mark.parametrize("token", ["x", "a" * 200, "nee-nee"])
    def test_unknown(self, client, db, token):
        response = client.get(f"/uitnodiging/{token}/", follow=True)
        assert response.status_code == 410
        assert "This link does not work" in response.content.decode()

    def test_without_any_link(self, client, db):
        for url in (HOME, page("leeftijd"), reverse("groups:answer_check"), reverse("groups:invitation_no")):
            assert client.get(url).status_code == 410

    def test_a_group_that_stopped(self, client, link, group):
        group.status = GroupStatus.WITHDRAWN
        group.save()
        assert "withdrawn" in client.get(link, follow=True).content.decode()


class TestBadInput:
    @pytest.mark.parametrize(
        "value", ["hallo", "12", "+", "06" * 30, "06\x001234567", "<script>", "\u202e0612345678"]
    )
    def test_phone(self, client, link, value):
        client.get(link)
        response = client.post(page("telefoon"), {"phone": value})
        html = response.content.decode()
        assert response.status_code == 200
        assert "error-summary" in html
        assert "<script>" not in html.split('id="content"')[1]

    @pytest.mark.parametrize(
        "data",
        [
            rows(("pes", "")),
            rows(("", "fluent")),
            rows(("xxx", "fluent")),
            rows(("pes", "basic"), ("pes", "fluent")),
            {"talen-TOTAL_FORMS": "abc"},
            {"talen-TOTAL_FORMS": "9999", "talen-INITIAL_FORMS": "0"},
        ],
    )
    def test_languages(self, client, link, data):
        client.get(link)
        response = client.post(page("talen"), data)
        assert response.status_code == 200
        assert "error-summary" in response.content.decode()

    def test_unknown_step(self, client, link):
        client.get(link)
        assert client.get(page("niets")).status_code == 404
        assert client.post(page("niets")).status_code == 404
