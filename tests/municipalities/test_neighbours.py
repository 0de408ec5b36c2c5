"""Two municipalities that open their groups to each other: both say yes, either closes it."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from municipalities import asked_by_neighbours
from municipalities.domain import neighbours
from municipalities.domain.neighbours import OPENING
from municipalities.enums import OpeningStatus, StaffRole
from municipalities.mails import NEIGHBOUR_ASKED
from municipalities.models import Opening
from samenhier.audit.models import AuditEvent
from samenhier.core.errors import Conflict, DomainError, TransitionRefused
from samenhier.notifications import rendering
from samenhier.notifications.models import OutgoingMessage
from tests import factories as make
from tests.parallel import at_once


class Pair:
    """Two towns with a coordinator each."""

    def __init__(self) -> None:
        self.here, self.there = make.municipality("Eigenstad"), make.municipality("Buurstad")
        self.ours = make.staff(StaffRole.COORDINATOR, self.here)
        self.theirs = make.staff(StaffRole.COORDINATOR, self.there)

    def ask(self) -> Opening:
        return neighbours.ask(municipality=self.here, neighbour=self.there, actor=self.ours)

    def ask_back(self) -> Opening:
        return neighbours.ask(municipality=self.there, neighbour=self.here, actor=self.theirs)

    def accept(self, opening: Opening) -> Opening:
        return neighbours.accept(opening=opening, municipality=self.there, actor=self.theirs)

    def close(self, opening: Opening, *, ours: bool = True) -> Opening:
        town, actor = (self.here, self.ours) if ours else (self.there, self.theirs)
        return neighbours.close(opening=opening, municipality=town, actor=actor)


@pytest.fixture
def pair(db) -> Pair:
    return Pair()


def acts(town) -> list[str]:
    return list(
        AuditEvent.objects.filter(municipality_id=town.pk, action__startswith="opening.")
        .order_by("pk")
        .values_list("action", flat=True)
    )


class TestAsking:
    def test_a_question_alone_opens_nothing(self, pair):
        opening = pair.ask()
        assert opening.status == OpeningStatus.ASKED
        assert not Opening.objects.open().exists()
        assert acts(pair.here) == acts(pair.there) == ["opening.asked"]

    def test_the_yes_of_the_other_opens_it_in_the_trail_of_both(self, pair):
        opening = pair.accept(pair.ask())
        assert (opening.status, opening.accepted_by) == (OpeningStatus.OPEN, pair.theirs)
        assert acts(pair.here) == acts(pair.there) == ["opening.asked", "opening.accepted"]

    def test_who_asked_cannot_say_yes_for_the_other(self, pair):
        opening = pair.ask()
        with pytest.raises(DomainError, match="andere gemeente moet"):
            neighbours.accept(opening=opening, municipality=pair.here, actor=pair.ours)
        stranger = make.municipality()
        for act in (neighbours.accept, neighbours.close):
            with pytest.raises(DomainError, match="twee andere"):
                act(opening=opening, municipality=stranger, actor=pair.ours)
        opening.refresh_from_db()
        assert opening.status == OpeningStatus.ASKED
        assert pair.accept(opening).status == OpeningStatus.OPEN

    def test_asking_who_asked_you_is_a_yes(self, pair):
        asked = pair.ask()
        opening = pair.ask_back()
        assert (opening.pk, opening.status) == (asked.pk, OpeningStatus.OPEN)
        assert OutgoingMessage.objects.filter(kind="municipalities.neighbour_asked").count() == 1

    def test_asking_twice_is_refused_and_after_closing_allowed_again(self, pair):
        opening = pair.ask()
        with pytest.raises(Conflict, match="al gevraagd"):
            pair.ask()
        pair.accept(opening)
        for again in (pair.ask, pair.ask_back):
            with pytest.raises(Conflict, match="staan al open"):
                again()
        pair.close(opening)
        assert pair.ask().pk != opening.pk

    def test_nobody_asks_the_own_town(self, pair):
        with pytest.raises(DomainError, match="andere gemeente dan"):
            neighbours.ask(municipality=pair.here, neighbour=pair.here, actor=pair.ours)
        assert not Opening.objects.exists()

    def test_the_coordinators_there_get_one_mail_each_and_nobody_else(self, pair):
        colleague = make.staff(StaffRole.COORDINATOR, pair.there)
        make.staff(StaffRole.VIEWER, pair.there)
        pair.ask()
        sent = OutgoingMessage.objects.filter(kind="municipalities.neighbour_asked")
        assert set(sent.values_list("recipient_id", flat=True)) == {pair.theirs.pk, colleague.pk}
        assert set(sent.values_list("municipality_id", flat=True)) == {pair.there.pk}

    @pytest.mark.parametrize(("language", "words"), [("nl", "Eigenstad vraagt"), ("en", "Eigenstad asks")])
    def test_the_mail_says_who_asks(self, language, words):
        context = {"opening_id": "1", "place": "Eigenstad", "own_place": "Buurstad", "url": "/gemeente/x/"}
        mail = rendering.render(NEIGHBOUR_ASKED, language, context)
        assert words in mail.subject
        assert "Buurstad" in mail.text


class TestClosing:
    @pytest.mark.parametrize("ours", [True, False])
    def test_either_closes_what_is_open(self, pair, ours):
        opening = pair.close(pair.accept(pair.ask()), ours=ours)
        assert opening.status == OpeningStatus.CLOSED
        assert not Opening.objects.standing().exists()
        assert acts(pair.here)[-1] == acts(pair.there)[-1] == "opening.closed"

    @pytest.mark.parametrize(("ours", "verb"), [(True, "opening.withdrawn"), (False, "opening.refused")])
    def test_a_question_is_taken_back_or_refused(self, pair, ours, verb):
        pair.close(pair.ask(), ours=ours)
        assert acts(pair.here)[-1] == acts(pair.there)[-1] == verb

    def test_what_is_closed_stays_closed(self, pair):
        opening = pair.close(pair.ask())
        for act in (pair.accept, pair.close):
            with pytest.raises(TransitionRefused):
                act(opening)

    def test_the_states_of_the_table_are_those_of_the_database(self):
        assert OPENING.states() == set(OpeningStatus.values)


class TestAtTheSameMoment:
    @pytest.mark.django_db(transaction=True)
    def test_two_towns_that_ask_each_other_have_agreed(self):
        pair = Pair()
        outcomes = at_once(pair.ask, pair.ask_back)
        assert all(isinstance(one, Opening) for one in outcomes), outcomes
        assert Opening.objects.get().status == OpeningStatus.OPEN

    @pytest.mark.django_db(transaction=True)
    def test_two_colleagues_ask_once(self):
        pair = Pair()
        outcomes = at_once(pair.ask, pair.ask, pair.ask)
        assert sum(isinstance(one, Opening) for one in outcomes) == 1
        assert sum(isinstance(one, Conflict) for one in outcomes) == 2

    @pytest.mark.django_db(transaction=True)
    def test_yes_and_no_leave_one_answer(self):
        pair = Pair()
        opening = pair.ask()
        outcomes = at_once(lambda: pair.accept(opening), lambda: pair.close(opening, ours=False))
        opening.refresh_from_db()
        # A yes may be closed right after; a no is never opened again.
        assert opening.status == OpeningStatus.CLOSED
        refused = [one for one in outcomes if isinstance(one, TransitionRefused)]
        assert len(refused) == (0 if opening.accepted_at else 1)


class TestTheDatabaseAlone:
    def test_no_town_opens_to_itself(self, pair):
        with pytest.raises(IntegrityError, match="opening_of_two_towns"), transaction.atomic():
            Opening.objects.create(municipality=pair.here, neighbour=pair.here)

    def test_one_standing_for_a_pair_whichever_way(self, pair):
        opening = pair.ask()
        for one, other in ((pair.here, pair.there), (pair.there, pair.here)):
            with pytest.raises(IntegrityError, match="opening_one_standing_per_pair"), transaction.atomic():
                Opening.objects.create(municipality=one, neighbour=other)
        pair.close(opening)
        Opening.objects.create(municipality=pair.there, neighbour=pair.here)

    def test_open_was_accepted_and_closed_has_a_moment(self, pair):
        opening = pair.ask()
        with pytest.raises(IntegrityError, match="opening_open_was_accepted"), transaction.atomic():
            Opening.objects.filter(pk=opening.pk).update(status="open")
        with pytest.raises(IntegrityError, match="opening_closed_has_moment"), transaction.atomic():
            Opening.objects.filter(pk=opening.pk).update(status="closed")
        with pytest.raises(IntegrityError, match="opening_closed_has_moment"), transaction.atomic():
            Opening.objects.filter(pk=opening.pk).update(closed_at=timezone.now())


class TestPages:
    @staticmethod
    def url(town, name="neighbours", **kwargs) -> str:
        return reverse(f"municipalities:{name}", kwargs={"slug": town.slug, **kwargs})

    def test_a_coordinator_asks_and_the_other_accepts(self, pair, client):
        client.force_login(pair.ours)
        page = client.get(self.url(pair.here)).content.decode()
        assert "Buurstad" in page
        client.post(self.url(pair.here), {"neighbour": str(pair.there.pk)})
        opening = Opening.objects.get()
        assert opening.asked_by == pair.ours
        # Who was asked stands on the page, and is no longer in the list.
        page = client.get(self.url(pair.here)).content.decode()
        assert str(pair.there.pk) not in page
        client.force_login(pair.theirs)
        page = client.get(self.url(pair.there)).content.decode()
        assert "Eigenstad" in page
        # Whose question it was there is nobody's business here.
        assert pair.ours.name not in page
        client.post(self.url(pair.there, "accept_opening", opening=opening.pk))
        opening.refresh_from_db()
        assert opening.status == OpeningStatus.OPEN

    def test_closing_asks_first(self, pair, client):
        opening = pair.accept(pair.ask())
        client.force_login(pair.theirs)
        address = self.url(pair.there, "close_opening", opening=opening.pk)
        assert "Eigenstad" in client.get(address).content.decode()
        opening.refresh_from_db()
        assert opening.status == OpeningStatus.OPEN
        client.post(address)
        opening.refresh_from_db()
        assert opening.status == OpeningStatus.CLOSED
        assert client.get(address).status_code == 404

    def test_a_town_that_cannot_be_asked_is_refused_in_the_form(self, pair, client):
        pair.ask()
        client.force_login(pair.ours)
        for hostile in (pair.there.pk, pair.here.pk, "", "x"):
            page = client.post(self.url(pair.here), {"neighbour": str(hostile)})
            assert page.status_code == 200, hostile
        assert Opening.objects.count() == 1

    def test_an_opening_of_others_does_not_exist_here(self, pair, client):
        opening = pair.ask()
        stranger = make.municipality()
        client.force_login(make.staff(StaffRole.COORDINATOR, stranger))
        for name in ("accept_opening", "close_opening"):
            answer = client.post(self.url(stranger, name, opening=opening.pk))
            assert answer.status_code == 404
        opening.refresh_from_db()
        assert opening.status == OpeningStatus.ASKED

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_page_costs_the_same_however_many_neighbours(
        self, pair, client, number, django_assert_num_queries
    ):
        for _ in range(number):
            asking, asked, opened = (make.municipality() for _ in range(3))
            neighbours.ask(municipality=asking, neighbour=pair.here, actor=pair.theirs)
            neighbours.ask(municipality=pair.here, neighbour=asked, actor=pair.ours)
            neighbours.ask(municipality=opened, neighbour=pair.here, actor=pair.theirs)
            neighbours.ask(municipality=pair.here, neighbour=opened, actor=pair.ours)
        client.force_login(pair.ours)
        client.get(self.url(pair.here))
        with django_assert_num_queries(7):
            client.get(self.url(pair.here))


class TestWorkList:
    def test_a_question_stands_there_until_it_is_answered(self, pair):
        opening = pair.ask()
        [line] = asked_by_neighbours.lines(pair.there)
        assert line.who == "Eigenstad"
        assert list(asked_by_neighbours.lines(pair.here)) == []
        pair.accept(opening)
        assert list(asked_by_neighbours.lines(pair.there)) == []


class TestPolicyPage:
    @pytest.mark.parametrize("role", ["coordinator", "viewer"])
    def test_it_says_with_whom(self, pair, client, role):
        opening = pair.ask()
        client.force_login(make.staff(role, pair.there))
        address = reverse("municipalities:policy", kwargs={"slug": pair.there.slug})
        assert "Eigenstad" not in client.get(address).content.decode()
        pair.accept(opening)
        text = client.get(address).content.decode()
        assert "Eigenstad" in text
        # Only a coordinator is led to where it changes.
        page = reverse("municipalities:neighbours", kwargs={"slug": pair.there.slug})
        assert (page in text) is (role == "coordinator")
        assert client.get(page).status_code == (200 if role == "coordinator" else 403)
