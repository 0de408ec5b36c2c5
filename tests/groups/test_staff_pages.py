"""The coordinator's pages about groups and trainings."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from groups.domain.erasure import erase
from groups.enums import STOPPED, GroupStatus, MemberStatus, ScreeningStatus
from groups.models import Attendance, GroupReview, TrainingSession
from municipalities.enums import StaffRole
from tests import factories


@pytest.fixture
def coordinator(town):
    return factories.staff(StaffRole.COORDINATOR, town)


@pytest.fixture(autouse=True)
def signed_in(client, coordinator):
    client.force_login(coordinator)
    client.cookies["django_language"] = "en"


@pytest.fixture
def group(town):
    return factories.group(town, status=GroupStatus.SUBMITTED, name="De Lindebuurt")


def url(name, town, **kwargs):
    return reverse(f"groups:{name}", kwargs={"slug": town.slug, **kwargs})


class TestAccess:
    def test_other_roles_and_other_towns(self, client, town, group):
        member = group.members.first()
        pages = [
            url("list", town),
            url("sessions", town),
            url("session_plan", town),
            *(
                url(name, town, group=group.pk)
                for name in ("review", "visit", "approve", "return", "decline")
            ),
            url("vog", town, group=group.pk, member=member.pk),
        ]
        for page in pages:
            assert client.get(page).status_code == 200
        for role, status in ((StaffRole.VIEWER, 403), (StaffRole.BUILDER, 403), (StaffRole.NATIONAL, 403)):
            client.force_login(factories.staff(role, town))
            assert {client.get(page).status_code for page in pages} == {status}
        client.force_login(factories.staff(StaffRole.COORDINATOR, factories.municipality()))
        assert {client.get(page).status_code for page in pages} == {404}
        client.force_login(member.user)
        assert {client.get(page).status_code for page in pages} == {404}

    def test_a_group_of_another_town_is_not_found(self, client, town):
        foreign = factories.group(factories.municipality())
        for name in ("review", "visit", "approve", "return", "decline"):
            assert client.get(url(name, town, group=foreign.pk)).status_code == 404
        for name in ("visit", "approve", "return", "decline"):
            assert client.post(url(name, town, group=foreign.pk)).status_code == 404


class TestList:
    def test_filter_and_counts(self, client, town, group):
        factories.group(town, status=GroupStatus.FORMING, ready=False, name="De Brug")
        html = client.get(url("list", town)).content.decode()
        assert "all groups (2)" in html
        assert html.index("De Lindebuurt") < html.index("De Brug")  # what waits comes first
        assert "a VOG of each member" in html
        only = client.get(url("list", town), {"status": "forming"}).content.decode()
        assert "De Brug" in only
        assert "De Lindebuurt" not in only
        for bad in ("nope", "\x00", "<script>"):
            response = client.get(url("list", town), {"status": bad, "page": bad})
            assert response.status_code == 200
        assert (
            "No groups in this state" in client.get(url("list", town), {"status": "closed"}).content.decode()
        )

    def test_of_a_group_that_stopped_nothing_is_needed(self, client, town):
        factories.group(town, status=GroupStatus.WITHDRAWN, ready=False)
        page = client.get(url("list", town)).content.decode()
        assert "withdrawn" in page
        assert "Complete" not in page
        assert "a VOG of each member" not in page

    def test_empty(self, client, town):
        assert "No groups yet" in client.get(url("list", town)).content.decode()


class TestReview:
    def test_vog_visit_approval(self, client, town, group, coordinator, mailed):
        member = group.members.first()
        member.screening.delete()
        group.visit_at = None
        group.save()
        page = url("review", town, group=group.pk)
        html = client.get(page).content.decode()
        assert "Approve</a>" not in html
        refused = client.get(url("approve", town, group=group.pk)).content.decode()
        assert "a VOG of each member, the visit of the coordinator" in refused
        blocked = client.post(url("approve", town, group=group.pk), {"message": "Welkom"})
        assert blocked.status_code == 409
        assert "cannot be approved yet" in blocked.content.decode()
        today = timezone.localdate()
        day = {"seen_on_0": today.day, "seen_on_1": today.month, "seen_on_2": today.year}
        assert client.post(url("vog", town, group=group.pk, member=member.pk), day).url == page
        member.refresh_from_db()
        assert (member.screening.status, member.screening.seen_by) == (ScreeningStatus.SEEN, coordinator)
        past = today - timedelta(days=1)
        visit = {"day_0": past.day, "day_1": past.month, "day_2": past.year, "at": "19.30"}
        assert client.post(url("visit", town, group=group.pk), visit).url == page
        group.refresh_from_db()
        assert timezone.localtime(group.visit_at).strftime("%H:%M") == "19:30"
        assert "Approve</a>" in client.get(page).content.decode()
        assert client.post(url("approve", town, group=group.pk), {"message": "Welkom!"}).url == page
        assert len(mailed("groups.approved")) == 5
        shown = client.get(page).content.decode()
        assert "Group approved" in shown
        assert "Welkom!" in shown
        again = client.post(url("approve", town, group=group.pk), {"message": "Welkom!"})
        assert again.status_code == 409
        assert "already “approved”" in again.content.decode()

    def test_a_small_group_needs_a_reason(self, client, town):
        group = factories.group(town, members=3, status=GroupStatus.SUBMITTED, size_reason="Wij wonen samen.")
        page = url("approve", town, group=group.pk)
        assert "Wij wonen samen." in client.get(page).content.decode()
        assert client.post(page, {"message": ""}).status_code == 200
        assert client.post(page, {"message": "", "size_reason": "Drie sterke mensen."}).status_code == 302

    @pytest.mark.parametrize("name", ["return", "decline"])
    def test_words_to_the_group(self, client, town, group, name):
        page = url(name, town, group=group.pk)
        assert "Thank you" in client.get(page).content.decode()
        for bad in ("", "  ", "x" * 1001, "a\x00b", "\u202e", "bsn 111222333"):
            response = client.post(page, {"message": bad})
            assert response.status_code == 200, bad
            assert "error-summary" in response.content.decode(), bad
        assert client.post(page, {"message": "<script>x</script> مرحبا"}).status_code == 302
        assert GroupReview.objects.get().message == "<script>x</script> مرحبا"
        html = client.get(url("review", town, group=group.pk)).content.decode()
        assert "<script>x" not in html
        assert client.post(page, {"message": "Nog eens"}).status_code == 409

    def test_a_question_is_more_than_the_words_before_it_and_the_answer_comes_back(self, client, town, group):
        page = url("return", town, group=group.pk)
        opening = str(client.get(page).context["form"].initial["message"])
        html = client.post(page, {"message": f"{opening}  \n"}).content.decode()
        assert "Your question is still missing" in html
        assert opening.split()[0] in html
        assert not GroupReview.objects.exists()
        assert client.post(page, {"message": f"{opening} Wie doet de taalles?"}).status_code == 302
        person = Client()
        person.force_login(group.members.get(role="contact").user)
        person.cookies["django_language"] = "en"
        submit = reverse("groups:submit", kwargs={"group": group.pk})
        assert "Wie doet de taalles?" in person.get(submit).content.decode()
        for bad in ("x" * 1001, "a\x00b", "bsn 111222333"):
            answer = person.post(submit, {"answer": bad})
            assert "error-summary" in answer.content.decode(), bad
        assert person.post(submit, {"answer": "<b>Bram</b> doet dat."}).status_code == 302
        read = client.get(url("review", town, group=group.pk)).content.decode()
        assert "&lt;b&gt;Bram&lt;/b&gt; doet dat." in read
        # Others than the coordinator and the contact person who wrote it read it nowhere, and it goes with the group.
        other = Client()
        other.force_login(group.members.exclude(role="contact").first().user)
        assert (
            "doet dat." not in other.get(reverse("groups:own", kwargs={"group": group.pk})).content.decode()
        )
        assert client.post(url("decline", town, group=group.pk), {"message": "Nu niet."}).status_code == 302
        erase(group=group)
        group.refresh_from_db()
        assert group.answer == ""

    def test_who_was_asked_nothing_is_asked_for_no_answer(self, client, town):
        group = factories.group(town, status=GroupStatus.FORMING)
        client.force_login(group.members.get(role="contact").user)
        submit = reverse("groups:submit", kwargs={"group": group.pk})
        assert 'name="answer"' not in client.get(submit).content.decode()
        assert client.post(submit, {"answer": "Ongevraagd"}).status_code == 302
        group.refresh_from_db()
        assert (group.status, group.answer) == (GroupStatus.SUBMITTED, "")

    def test_bad_days(self, client, town, group):
        member = group.members.first()
        tomorrow = timezone.localdate() + timedelta(days=1)
        for day in (
            ("", "", ""),
            ("31", "2", "2026"),
            ("x", "\x00", "<b>"),
            ("1", "1", "1990"),
            (tomorrow.day, tomorrow.month, tomorrow.year),
        ):
            data = {f"seen_on_{n}": part for n, part in enumerate(day)}
            response = client.post(url("vog", town, group=group.pk, member=member.pk), data)
            assert response.status_code in (200, 409)
            assert "error-summary" in response.content.decode()
            data = {f"day_{n}": part for n, part in enumerate(day)} | {"at": "25:99"}
            response = client.post(url("visit", town, group=group.pk), data)
            assert response.status_code == 200
            assert "error-summary" in response.content.decode()

    def test_somebody_who_has_not_said_yes_has_no_vog(self, client, town, group):
        invited = factories.member(group, status=MemberStatus.INVITED)
        assert client.get(url("vog", town, group=group.pk, member=invited.pk)).status_code == 404

    def test_the_checklist_speaks_to_the_coordinator(self, client, town):
        group = factories.group(town, members=3, ready=False, status=GroupStatus.FORMING, visit_at=None)
        html = client.get(url("review", town, group=group.pk)).content.decode()
        assert "Give it back; keep no copy." in html
        assert "Plan it when the group asked" in html
        assert "Show it to the coordinator" not in html

    @pytest.mark.parametrize("status", GroupStatus.values)
    def test_every_state_has_a_page(self, client, town, status):
        group = factories.group(town, status=status)
        assert client.get(url("review", town, group=group.pk)).status_code == 200


class TestTrainings:
    def test_plan_and_write_up(self, client, town):
        assert "No trainings yet" in client.get(url("sessions", town)).content.decode()
        day = timezone.localdate() + timedelta(days=10)
        data = {
            "title": "Starttraining",
            "day_0": day.day,
            "day_1": day.month,
            "day_2": day.year,
            "at": "19u30",
            "place": "De Enk",
            "seats": "20",
        }
        for field, bad in (
            ("title", ""),
            ("title", "x" * 81),
            ("at", "later"),
            ("place", "\x00"),
            ("seats", "0"),
            ("seats", "x"),
            ("day_2", "26"),
            ("day_2", "2020"),
        ):
            response = client.post(url("session_plan", town), {**data, field: bad})
            assert response.status_code == 200, (field, bad)
            assert "error-summary" in response.content.decode(), (field, bad)
        assert client.post(url("session_plan", town), data).url == url("sessions", town)
        session = TrainingSession.objects.get()
        assert timezone.localtime(session.starts_at).strftime("%H:%M") == "19:30"
        group = factories.group(town, members=3, ready=False, status=GroupStatus.FORMING)
        one, two, three = group.members.all()
        for member in (one, two):
            Attendance.objects.create(municipality=town, session=session, member=member)
        page = url("session", town, session=session.pk)
        assert one.name in client.get(page).content.decode()
        assert "After the training" in client.get(page).content.decode()
        TrainingSession.objects.update(starts_at=timezone.now() - timedelta(hours=1))
        html = client.get(page).content.decode()
        assert three.name in html
        assert client.post(page, {"present": ["\x00"], "others": ["x"]}).status_code == 200
        assert client.post(page, {"present": [str(one.pk)], "others": [str(three.pk)]}).status_code == 302
        assert dict(Attendance.objects.values_list("member_id", "attended")) == {
            one.pk: True,
            two.pk: False,
            three.pk: True,
        }

    def test_who_came_along_without_a_place(self, client, town):
        """Whoever was at no training yet, of a group that still takes part: approved groups get new people too."""
        session = TrainingSession.objects.create(
            municipality=town, title="Avond", starts_at=timezone.now() - timedelta(hours=2), place="De Enk"
        )
        groups = {
            status: factories.group(town, members=1, ready=False, status=status) for status in GroupStatus
        }
        new = {status: group.members.get() for status, group in groups.items()}
        trained = factories.member(groups[GroupStatus.APPROVED])
        page = url("session", town, session=session.pk)
        html = client.get(page).content.decode()
        assert {status for status, member in new.items() if str(member.pk) in html} == set(GroupStatus) - set(
            STOPPED
        )
        assert str(trained.pk) not in html
        late = new[GroupStatus.APPROVED]
        refused = client.post(page, {"others": [str(trained.pk), str(new[GroupStatus.CLOSED].pk)]})
        assert refused.status_code == 200
        assert client.post(page, {"others": [str(late.pk)]}).status_code == 302
        assert Attendance.objects.get(session=session).member == late

    def test_change_and_cancel(self, client, town):
        starts_at = (timezone.now() + timedelta(days=10)).replace(second=0, microsecond=0)
        session = TrainingSession.objects.create(
            municipality=town, title="Starttraining", starts_at=starts_at, place="De Enk", seats=2
        )
        group = factories.group(town, members=2, ready=False, status=GroupStatus.FORMING)
        for member in group.members.all():
            Attendance.objects.create(municipality=town, session=session, member=member)
        page, change, cancel = (
            url(name, town, session=session.pk) for name in ("session", "session_change", "session_cancel")
        )
        assert "2 of 2" in client.get(url("sessions", town)).content.decode()
        html = client.get(page).content.decode()
        assert change in html
        assert cancel in html
        html = client.get(change).content.decode()
        assert "2 people signed up" in html
        local = timezone.localtime(starts_at)
        data = {
            "title": "Starttraining",
            "day_0": local.day,
            "day_1": local.month,
            "day_2": local.year,
            "at": f"{local:%H:%M}",
            "place": "De Brink",
            "seats": "2",
        }
        for field, bad in (("place", ""), ("seats", "1"), ("day_2", "2020")):
            response = client.post(change, {**data, field: bad})
            assert "error-summary" in response.content.decode(), (field, bad)
        response = client.post(change, data, follow=True)
        assert "The training is changed. 2 people get a mail." in response.content.decode()
        session.refresh_from_db()
        assert (session.place, session.starts_at) == ("De Brink", starts_at)
        assert "error-summary" in client.post(cancel, {"reason": " "}).content.decode()
        response = client.post(cancel, {"reason": "De trainer is ziek."}, follow=True)
        html = response.content.decode()
        assert "The training is cancelled. 2 people get a mail." in html
        assert "De trainer is ziek." in html
        assert change not in html
        assert client.get(change).url == page
        assert client.get(cancel).url == page
        assert "error-summary" in client.post(change, data).content.decode()
        assert "error-summary" in client.post(cancel, {"reason": "nog eens"}).content.decode()
        html = client.get(url("sessions", town)).content.decode()
        assert "To come" not in html
        assert "Cancelled" in html
        assert "Signed up</span><br>" not in client.get(url("review", town, group=group.pk)).content.decode()
        TrainingSession.objects.update(starts_at=timezone.now() - timedelta(hours=1))
        assert "Write down who came" not in client.get(page).content.decode()
        assert "error-summary" in client.post(page, {}).content.decode()
        assert not Attendance.objects.exclude(attended=None).exists()


def test_a_group_is_found_by_a_part_of_its_name(client, town, coordinator):
    for name in ("De Lindebuurt", "De Brug"):
        factories.group(town, status=GroupStatus.FORMING, ready=False, name=name)
    client.force_login(coordinator)
    found = client.get(reverse("groups:list", kwargs={"slug": town.slug}), {"q": "linde"}).content.decode()
    assert "De Lindebuurt" in found
    assert "De Brug" not in found
