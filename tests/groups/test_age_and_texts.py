"""How old members are and which texts they sign is a setting of the municipality, in the words and in the rules."""

import pytest
from django.urls import reverse

from groups.domain.agreements import current_version, sign
from groups.domain.membership import accept_invitation, invite
from groups.domain.readiness import Condition, readiness
from groups.enums import AgreementKind, GroupStatus, MemberStatus
from groups.models import Agreement, GroupMember, SponsorGroup
from samenhier.core.errors import DomainError
from tests import factories

pytestmark = pytest.mark.django_db

ADDRESS = "farid@voorbeeld.example"
STATEMENT, CODE = AgreementKind.STATEMENT, AgreementKind.CODE_OF_CONDUCT
#: A policy, and the texts that it asks.
ASKED = [
    ({}, (STATEMENT, CODE)),
    ({"code_of_conduct_required": False}, (STATEMENT,)),
    ({"statement_required": False}, (CODE,)),
    ({"statement_required": False, "code_of_conduct_required": False}, ()),
]


def answer(step):
    return reverse("groups:answer", kwargs={"step": step})


def a_group(**policy):
    town = factories.municipality(policy=policy)
    return factories.group(town, members=3, status=GroupStatus.FORMING)


@pytest.fixture
def opened(client, mailed):
    """Makes a group with this policy and opens an invitation to it."""

    def open_one(**policy):
        group = a_group(**policy)
        invite(group=group, name="Farid", email=ADDRESS, actor=factories.user())
        client.cookies["django_language"] = "en"
        client.get(mailed("groups.invitation")[-1]["url"])
        return group

    return open_one


def filled(client):
    for step, data in (
        ("leeftijd", {"old_enough": "yes"}),
        ("nederlands", {"dutch": "yes"}),
        ("talen", {"talen-TOTAL_FORMS": "0", "talen-INITIAL_FORMS": "0"}),
        ("interesses", {"interests": ["cooking"]}),
        ("beschikbaar", {"availability": ["mon_evening"]}),
        ("telefoon", {"phone": ""}),
    ):
        assert client.post(answer(step), data).status_code == 302


@pytest.mark.parametrize(("policy", "age"), [({}, 18), ({"minimum_age": 21}, 21)])
class TestAge:
    def test_the_pages_ask_it(self, client, opened, policy, age):
        opened(**policy)
        assert f"You are {age} or over." in client.get(reverse("groups:invitation")).content.decode()
        question = client.get(answer("leeftijd")).content.decode()
        assert question.count(f"Are you {age} or over?") == 2  # the title, and the question itself
        refused = client.post(answer("leeftijd"), {"old_enough": "no"}).content.decode()
        assert f"You can join when you are {age}" in refused
        assert f"Members of a group here are {age} or over." in refused
        assert client.get(answer("leeftijd")).status_code == 200
        filled(client)
        assert f"{age} or over" in client.get(reverse("groups:answer_check")).content.decode()

    def test_the_rule_is_the_same(self, opened, token_for, policy, age):
        opened(**policy)
        said = {"token": token_for(ADDRESS), "user": None, "dutch": "yes"}
        with pytest.raises(DomainError, match=f"when you are {age} or over"):
            accept_invitation(old_enough=False, **said)
        assert accept_invitation(old_enough=True, **said).status == MemberStatus.ACCEPTED

    def test_the_page_of_the_town_tells_it(self, client, policy, age):
        town = factories.municipality(policy=policy)
        client.cookies["django_language"] = "en"
        page = client.get(reverse("public:municipality", kwargs={"slug": town.slug})).content.decode()
        assert f"Everybody is {age} or over." in page


@pytest.mark.parametrize(("policy", "texts"), ASKED)
class TestTexts:
    def test_a_group_needs_what_is_asked(self, policy, texts):
        group = a_group(**policy)

        def now():
            return readiness(SponsorGroup.objects.with_readiness().get(pk=group.pk))

        assert Condition.AGREEMENTS not in now().missing
        Agreement.objects.filter(member__group=group).exclude(kind__in=texts).delete()
        assert Condition.AGREEMENTS not in now().missing
        Agreement.objects.filter(member__group=group, kind__in=texts[-1:]).delete()
        assert (Condition.AGREEMENTS in now().missing) == bool(texts)
        assert (now().item(Condition.AGREEMENTS) is not None) == bool(texts)

    def test_only_what_is_asked_is_signed(self, policy, texts):
        member = a_group(**policy).members.first()
        Agreement.objects.all().delete()
        for kind in AgreementKind:
            signing = {"member": member, "kind": kind, "version": current_version(kind), "language": "nl"}
            if kind in texts:
                assert sign(**signing).kind == kind
            else:
                with pytest.raises(DomainError, match="Nobody signs this text"):
                    sign(**signing)

    def test_after_a_yes_the_texts_follow_one_by_one(self, client, opened, policy, texts):
        group = opened(**policy)
        filled(client)
        response = client.post(reverse("groups:answer_check"))
        inside = {"group": group.pk}
        for kind in texts:
            assert response.url == reverse(f"groups:{kind.value}", kwargs=inside)
            response = client.post(response.url, {"version": current_version(kind), "agree": "on"})
        assert response.url == reverse("groups:own", kwargs=inside)
        welcome = client.get(response.url).content.decode()
        assert "Welcome to the group!" in welcome
        assert {kind.value for kind in texts} == set(
            Agreement.objects.filter(member=GroupMember.objects.get(email=ADDRESS)).values_list(
                "kind", flat=True
            )
        )
        for kind in AgreementKind:
            page = reverse(f"groups:{kind.value}", kwargs=inside)
            assert (f'href="{page}"' in welcome) == (kind in texts)
            assert client.get(page).status_code == (200 if kind in texts else 404)

    def test_the_words_name_what_is_asked(self, client, opened, policy, texts):
        group = opened(**policy)
        invitation = client.get(reverse("groups:invitation")).content.decode()
        assert ("a statement" in invitation) == (STATEMENT in texts)
        assert ("code of conduct" in invitation) == (CODE in texts)
        Agreement.objects.filter(member__group=group).delete()
        member = group.members.exclude(user=None).first()
        client.force_login(member.user)
        own = client.get(reverse("groups:own", kwargs={"group": group.pk})).content.decode()
        assert ("Read and sign" in own) == bool(texts)
        assert ("participant statement" in own.lower()) == (STATEMENT in texts)
        assert ("code of conduct" in own.lower()) == (CODE in texts)
        coordinator = factories.staff("coordinator", group.municipality)
        client.force_login(coordinator)
        review = client.get(
            reverse("groups:review", kwargs={"slug": group.municipality.slug, "group": group.pk})
        )
        assert (">Signed</th>" in review.content.decode()) == bool(texts)
