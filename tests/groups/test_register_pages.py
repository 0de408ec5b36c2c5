"""The pages of a registration: a visitor without an account, without JavaScript."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from groups.domain import drafts
from groups.models import RegistrationDraft, SponsorGroup
from tests import factories

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "quotes": "\"'><img src=x onerror=1>",
    "nul": "Anne\x00ke",
    "override": "Anne\u202ekke",
    "long": "x" * 3000,
    "bsn": "mijn nummer is 111222333",
}
ARABIC = "مجموعة الزيزفون"


@pytest.fixture(autouse=True)
def fresh_limits(db):
    cache.clear()


def page(step):
    return reverse("groups:register", kwargs={"step": step})


@pytest.fixture(autouse=True)
def english(client):
    client.cookies["django_language"] = "en"


def answers(town, **changes):
    return {
        "gemeente": {"municipality": town.slug},
        "groep": {"name": "De Lindebuurt", "kind": "welcome"},
        "over-jou": {"contact_name": "Anneke", "contact_email": "anneke@voorbeeld.example"},
        "leden": {
            "leden-TOTAL_FORMS": "4",
            "leden-INITIAL_FORMS": "0",
            "leden-0-name": "Bram",
            "leden-0-email": "bram@voorbeeld.example",
            "leden-2-name": "Farid",
            "leden-2-email": "farid@voorbeeld.example",
        },
        "aanbod": {"offers": ["dutch", "town"]},
        "huishouden": {"max_household": "4", "child_bands": ["4-11"], "part_of_town": "Noord"},
        "afspraken": {},
        "waarom": {"motivation": "Omdat het leuk is."},
        **changes,
    }


def walk(client, town, **changes):
    """Fill in every page, following where each one leads; gives the address of the check page."""
    url = page("gemeente")
    for step, data in answers(town, **changes).items():
        assert url == page(step)
        response = client.post(url, data)
        assert response.status_code == 302, response.content.decode()
        url = response.url
    return url


def test_the_whole_way(client, town, mailed):
    start = client.get(reverse("groups:register_start"), {"gemeente": town.slug})
    assert f"{page('gemeente')}?gemeente={town.slug}" in start.content.decode()
    first = client.get(page("gemeente"), {"gemeente": town.slug}).content.decode()
    assert f'value="{town.slug}"' in first
    assert "checked" in first
    check = walk(client, town)
    assert check == reverse("groups:register_check")
    shown = client.get(check).content.decode().replace("<wbr>", "")
    for text in ("De Lindebuurt", "Bram (bram@voorbeeld.example)", "Noord", "Omdat het leuk is."):
        assert text in shown
    assert SponsorGroup.objects.count() == 0
    assert client.post(check).url == reverse("groups:registered")
    group = SponsorGroup.objects.get()
    assert (group.name, group.max_household, group.municipality) == ("De Lindebuurt", 4, town)
    done = client.get(reverse("groups:registered"))
    assert "anneke@<wbr>voorbeeld.<wbr>example" in done.content.decode()
    assert len(mailed("groups.invitation")) == 2
    # Back to the check page, or pressed twice: still one group.
    assert client.post(check).url == reverse("groups:registered")
    assert client.get(check).url == reverse("groups:registered")
    assert SponsorGroup.objects.count() == 1
    assert client.get(page("groep")).status_code == 200  # a new registration may begin


@pytest.mark.parametrize(
    ("policy", "told", "left_out"),
    [
        (
            {},
            ["signs 2 short texts", "shows a certificate of conduct", "comes to the start training"],
            ["signs one short text"],
        ),
        (
            {"statement_required": False, "vog_required": False, "training_required": False},
            ["signs one short text"],
            ["short texts", "certificate of conduct", "start training"],
        ),
    ],
)
def test_what_comes_next_is_what_the_town_asks(client, policy, told, left_out):
    client.post(walk(client, factories.municipality(policy=policy)))
    done = client.get(reverse("groups:registered")).content.decode()
    assert [words for words in told if words not in done] == []
    assert [words for words in left_out if words in done] == []


def test_changing_one_answer_leads_back_to_the_check(client, town):
    check = walk(client, town)
    response = client.get(page("groep") + "?dan=controle")
    assert 'name="then" value="controle"' in response.content.decode()
    assert client.post(page("groep"), {"name": "De Brug", "kind": "sponsor", "then": "controle"}).url == check
    assert "De Brug" in client.get(check).content.decode()


def test_a_missing_answer_is_asked_first(client, town):
    client.post(page("gemeente"), {"municipality": town.slug})
    assert client.get(reverse("groups:register_check")).url == page("groep")
    assert client.post(reverse("groups:register_check")).url == page("groep")


def test_more_rows_without_script_keep_everything(client, town):
    data = {
        "leden-TOTAL_FORMS": "4",
        "leden-INITIAL_FORMS": "0",
        **{f"leden-{n}-name": f"Naam {n}" for n in range(4)},
        "leden-0-email": "niet goed",
        "more": "1",
    }
    response = client.post(page("leden"), data, follow=True)
    html = response.content.decode()
    assert 'name="leden-4-name"' in html
    assert 'value="Naam 3"' in html
    assert 'value="niet goed"' in html
    assert "error-summary" not in html


def test_rows_are_judged_together(client, town):
    client.post(page("over-jou"), {"contact_name": "Anneke", "contact_email": "anneke@voorbeeld.example"})
    data = {
        "leden-TOTAL_FORMS": "4",
        "leden-INITIAL_FORMS": "0",
        "leden-0-name": "Ik",
        "leden-0-email": "Anneke@voorbeeld.example",
        "leden-1-name": "Bram",
        "leden-1-email": "bram@voorbeeld.example",
        "leden-2-name": "Bram",
        "leden-2-email": "BRAM@voorbeeld.example",
        "leden-3-name": "Farid",
    }
    html = client.post(page("leden"), data).content.decode()
    assert "Person 4: fill in the e-mail address too." in html
    data["leden-3-email"] = "farid@voorbeeld.example"
    html = client.post(page("leden"), data).content.decode()
    assert "This is your own address." in html
    assert "You filled in this address twice." in html


class TestSaveAndReturn:
    def test_the_mailed_link_goes_on_elsewhere(self, client, town, mailed, django_app_client):
        client.post(page("gemeente"), {"municipality": town.slug})
        later = client.post(page("groep"), {"name": "De Lindebuurt", "later": "1"})
        assert later.url == reverse("groups:draft_save")
        assert client.get(later.url).status_code == 200
        client.post(later.url, {"email": "anneke@voorbeeld.example"})
        (mail,) = mailed("groups.draft_link")
        other = django_app_client()
        shown = other.get(mail["url"], follow=True)
        assert shown.redirect_chain[-1][0] == reverse("groups:draft_return")
        assert other.post(reverse("groups:draft_return")).url == page("groep")  # kind was not answered yet
        assert 'value="De Lindebuurt"' in other.get(page("groep")).content.decode()
        # asked once: the address is there already
        assert 'value="anneke@voorbeeld.example"' in other.get(page("over-jou")).content.decode()
        # single use
        third = django_app_client()
        assert third.get(mail["url"], follow=True).status_code == 410
        # Who holds the used link may ask for a new one, once, and it goes to the address that the draft knows.
        again = reverse("groups:draft_again")
        assert third.post(again, {"email": "iemand@anders.example"}).status_code == 200
        first_mail, second_mail = mailed("groups.draft_link")
        assert second_mail["url"] != first_mail["url"]
        assert third.post(again).url == reverse("groups:draft_return")
        assert len(mailed("groups.draft_link")) == 2
        assert django_app_client().get(second_mail["url"], follow=True).status_code == 200

    @pytest.mark.parametrize(
        ("months", "words"), [(6, "for 6 months."), (2, "for 2 months."), (1, "for 1 month.")]
    )
    def test_how_long_it_is_kept_is_as_the_town_says(self, client, months, words):
        town = factories.municipality(policy={"draft_months": months})
        client.post(page("groep"), {"name": "De Lindebuurt"})
        assert "for 6 months." in client.get(reverse("groups:draft_save")).content.decode()
        client.post(page("gemeente"), {"municipality": town.slug})
        assert words in client.get(reverse("groups:draft_save")).content.decode()
        assert words in client.post(reverse("groups:draft_save"), {"email": "x"}).content.decode()

    @pytest.mark.parametrize("slug", ["nergens", "x\x00y", "x" * 500])
    def test_a_town_that_is_none_is_kept_as_usual(self, client, slug):
        client.post(page("gemeente"), {"municipality": slug})
        assert "for 6 months." in client.get(reverse("groups:draft_save")).content.decode()

    def test_without_a_used_link_nobody_gets_a_mail(self, client, town, mailed):
        client.post(page("gemeente"), {"municipality": town.slug})
        client.post(page("groep"), {"name": "De Lindebuurt", "later": "1"})
        assert client.post(reverse("groups:draft_again")).url == reverse("groups:draft_return")
        assert mailed("groups.draft_link") == []

    def test_without_anything_typed_there_is_nothing_to_save(self, client, town):
        assert client.get(reverse("groups:draft_save")).url == reverse("groups:register_start")


@pytest.fixture
def django_app_client():
    from django.test import Client

    return Client


class TestBadInput:
    @pytest.mark.parametrize("kind", list(HOSTILE))
    @pytest.mark.parametrize(
        ("step", "field"), [("groep", "name"), ("over-jou", "contact_name"), ("leden", "leden-0-name")]
    )
    def test_names(self, client, town, step, field, kind):
        data = answers(town)[step] | {field: HOSTILE[kind]}
        response = client.post(page(step), data)
        html = response.content.decode()
        assert response.status_code == 200
        assert "error-summary" in html
        assert "<script>alert" not in html
        again = client.get(page(step))
        assert again.status_code == 200
        kept = drafts.read(self._token(client)).steps[step][field][0]
        assert kept == HOSTILE[kind]

    def _token(self, client):
        from samenhier.core.crypto import unseal_json

        return unseal_json(client.session["group_draft"].encode())

    @pytest.mark.parametrize(("step", "field"), [("waarom", "motivation"), ("huishouden", "part_of_town")])
    def test_a_bsn(self, client, town, step, field):
        response = client.post(page(step), {**answers(town)[step], field: HOSTILE["bsn"]})
        assert response.status_code == 200
        assert "error-summary" in response.content.decode()

    @pytest.mark.parametrize(
        "value", ["a", "@", "a@b", "x" * 300 + "@voorbeeld.example", "anneke@voorbeeld.example\x00"]
    )
    def test_addresses(self, client, town, value):
        response = client.post(page("over-jou"), {"contact_name": "Anneke", "contact_email": value})
        assert response.status_code == 200
        assert "error-summary" in response.content.decode()

    @pytest.mark.parametrize("value", ["", "nul", "0", "99", "-1", "1" * 50, "4\x00"])
    def test_numbers(self, client, town, value):
        response = client.post(page("huishouden"), {"max_household": value})
        assert response.status_code == 200
        assert "Fill in a number from 1 to 12." in response.content.decode()

    @pytest.mark.parametrize("total", ["", "abc", "-5", "9999"])
    def test_tampered_rows(self, client, town, total):
        response = client.post(page("leden"), {"leden-TOTAL_FORMS": total, "leden-INITIAL_FORMS": "0"})
        assert response.status_code in (200, 302)
        assert client.get(page("leden")).status_code == 200

    def test_arabic_is_welcome(self, client, town):
        check = walk(
            client,
            town,
            groep={"name": ARABIC, "kind": "welcome"},
            huishouden={"max_household": "٤", "part_of_town": "حي الشمال"},
            waarom={"motivation": "نريد أن نساعد"},
        )
        client.post(check)
        group = SponsorGroup.objects.get()
        assert (group.name, group.max_household) == (ARABIC, 4)

    def test_unknown_pages(self, client, town):
        assert client.get(page("bestaat-niet")).status_code == 404
        assert client.get(reverse("groups:register_start"), {"gemeente": "\x00'"}).status_code == 200
        assert client.get(page("gemeente"), {"gemeente": "\x00" * 200}).status_code == 200

    def test_a_robot_that_fills_the_trap_registers_nothing(self, client, town):
        check = walk(client, town)
        response = client.post(check, {"website": "http://spam.example"})
        assert response.status_code == 200
        assert SponsorGroup.objects.count() == 0
        client.post(check)
        assert SponsorGroup.objects.count() == 1

    def test_an_address_with_too_much_mail_is_named_and_nothing_is_lost(self, client, town):
        for _n in range(3):
            row = factories.group(town, members=0, status="forming")
            factories.member(row, status="invited", email="bram@voorbeeld.example", invitations_sent=1)
        check = walk(client, town)
        response = client.post(check)
        assert response.status_code == 200
        assert "bram@voorbeeld.example got many invitations this month" in response.content.decode()
        assert "De Lindebuurt" in client.get(check).content.decode()


class TestLimits:
    def test_registrations_per_network(self, client, town):
        for number in range(21):
            session = client.session
            session.flush()
            check = walk(
                client,
                town,
                **{
                    "over-jou": {"contact_name": "Anneke", "contact_email": f"c{number}@voorbeeld.example"},
                    "leden": {"leden-TOTAL_FORMS": "0", "leden-INITIAL_FORMS": "0"},
                },
            )
            response = client.post(check)
            assert response.status_code == (302 if number < 20 else 429)
        assert "De Lindebuurt" in client.get(check).content.decode()

    def test_our_own_proxies_are_believed_and_no_more(self, rf, settings):
        from groups.limits import visitor

        request = rf.get("/", headers={"x-forwarded-for": "6.6.6.6, 203.0.113.7"}, REMOTE_ADDR="10.0.0.1")
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
        assert visitor(request) == "10.0.0.1"
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
        assert visitor(request) == "203.0.113.7"
        six = rf.get("/", REMOTE_ADDR="2001:db8:1:2:3:4:5:6")
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
        assert visitor(six) == "2001:db8:1:2::"

    def test_links_per_address(self, client, town):
        client.post(page("gemeente"), {"municipality": town.slug})
        url = reverse("groups:draft_save")
        for number in range(6):
            response = client.post(url, {"email": "anneke@voorbeeld.example"})
            assert response.status_code == (200 if number < 5 else 429)
        assert RegistrationDraft.objects.count() == 1


def test_another_language_keeps_what_was_typed_and_stays_on_the_page(client, town):
    client.post(page("gemeente"), {"municipality": town.slug})
    answer = client.post(page("groep"), {"name": "De Lindebuurt", "language": "nl"})
    assert answer.url == page("groep")
    html = client.get(page("groep")).content.decode()
    assert '<html lang="nl"' in html
    assert 'value="De Lindebuurt"' in html
    # An unknown language changes nothing, and loses nothing.
    client.post(page("groep"), {"name": "De Brug", "language": "<x>"})
    html = client.get(page("groep")).content.decode()
    assert '<html lang="nl"' in html
    assert 'value="De Brug"' in html


def test_one_more_row_comes_although_an_empty_one_is_left(client, town):
    client.post(page("gemeente"), {"municipality": town.slug})
    client.post(page("groep"), {"name": "De Lindebuurt", "kind": "welcome"})
    rows = answers(town)["leden"]
    html = client.post(page("leden"), {**rows, "more": "1"}, follow=True).content.decode()
    assert 'name="leden-4-name"' in html
    assert 'value="Farid"' in html


def test_the_summary_names_the_field_in_the_order_of_the_page(client, town):
    client.post(page("gemeente"), {"municipality": town.slug})
    html = client.post(page("over-jou"), {"contact_name": "x" * 200, "contact_email": "geen adres"})
    summary = html.content.decode().split('class="error-summary', 1)[1].split("</div>", 1)[0]
    labels = [str(html.context["form"].fields[name].label) for name in ("contact_name", "contact_email")]
    assert [summary.find(label) > 0 for label in labels] == [True, True]
    assert summary.find(labels[0]) < summary.find(labels[1])
    # Nothing was cut: it is refused, and stands there to be made shorter.
    assert "x" * 200 in html.content.decode()


def test_a_signed_in_person_need_not_type_what_we_know(client, town):
    person = factories.user(name="Anneke")
    client.force_login(person)
    html = client.get(page("over-jou")).content.decode()
    assert 'value="Anneke"' in html
    assert f'value="{person.email}"' in html


def test_no_open_town_says_what_is_possible(client, db):
    assert "Groups cannot register now" in client.get(reverse("groups:register_start")).content.decode()
