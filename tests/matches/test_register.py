"""The algorithm register: everything the code does stands in it, in both languages, and nothing is invented."""

import json

import pytest
from django.core.management import call_command
from django.test import override_settings
from django.urls import reverse

from matches import register, register_texts
from matches.engine import CRITERIA, GOALS, RULES, RULES_VERSION, Weights, solver_version
from matches.engine.profiles import CRITERION_CODES

FILLED = {
    "organization": "Voorbeeldorganisatie",
    "contact_email": "algoritme@voorbeeld.example",
    "begin_date": "2026-11",
    "lawful_basis": "Voorbeeldwet, artikel 1",
}


@pytest.mark.parametrize("language", register.LANGUAGES)
def test_every_rule_criterion_goal_and_weight_stands_in_the_record(language):
    record = register.record(language)
    assert [rule.sentence for rule in record.rules] == [rule.sentence[language] for rule in RULES]
    assert [one.sentence for one in record.criteria] == [one.sentence[language] for one in CRITERIA]
    assert [one.code for one in record.criteria] == list(CRITERION_CODES)
    assert [one.weight for one in record.criteria] == [getattr(Weights(), code) for code in CRITERION_CODES]
    assert record.goals == tuple(goal.sentence[language] for goal in GOALS)
    assert [goal.code for goal in GOALS] == ["urgent", "placed", "total", "lottery"]
    assert record.versions == {"rules": RULES_VERSION, "solver": solver_version()}
    assert all(rule.data for rule in record.rules)
    assert all(one.data for one in record.criteria)


def test_the_bounds_in_the_record_are_those_that_the_engine_accepts():
    for one in register.record("nl").criteria:
        Weights(**{one.code: one.lowest})
        Weights(**{one.code: one.highest})
        with pytest.raises(ValueError, match=one.code):
            Weights(**{one.code: one.highest + 1})
    waiting = register.record("nl").waiting
    Weights(waiting_per_week=waiting["points_per_week_highest"], waiting_cap=waiting["cap_highest"])
    with pytest.raises(ValueError, match="waiting_per_week"):
        Weights(waiting_per_week=waiting["points_per_week_highest"] + 1)
    with pytest.raises(ValueError, match="waiting_cap"):
        Weights(waiting_cap=waiting["cap_highest"] + 1)


def test_other_weights_give_another_record():
    heavy = register.record("en", weights=Weights(place=9))
    assert next(one for one in heavy.criteria if one.code == "place").weight == 9


def test_a_criterion_or_rule_without_a_sentence_is_refused():
    class Mute(type(CRITERIA[0])):
        sentence = {"nl": "Alleen Nederlands."}

    assert register.record("nl", criteria=(Mute(),)).criteria[0].sentence == "Alleen Nederlands."
    with pytest.raises(register.RegisterError, match="languages"):
        register.record("en", criteria=(Mute(),))

    class Weightless(type(CRITERIA[0])):
        code = "weightless"

    with pytest.raises(register.RegisterError, match="weightless has no weight"):
        register.record("nl", criteria=(Weightless(),))

    class Blank(type(RULES[0])):
        code = "blank"
        sentence = {"nl": " ", "en": "Something."}

    with pytest.raises(register.RegisterError, match="blank"):
        register.record("nl", rules=(Blank(),))


def test_data_without_words_is_refused():
    class Curious(type(CRITERIA[0])):
        code = "curious"
        needs = ("household.nationality",)

    with pytest.raises(register.RegisterError, match="nationality"):
        register.record("nl", criteria=(Curious(),))


def test_words_about_data_that_nothing_reads_are_gone():
    read = {need for one in (*RULES, *CRITERIA) for need in one.needs}
    assert set(register_texts.DATA) == read


def test_what_is_not_used_is_really_not_read():
    read = " ".join(need for one in (*RULES, *CRITERIA) for need in one.needs)
    for word in ("nation", "origin", "religi", "status", "health", "income", "name", "address", "photo"):
        assert word not in read


def test_unknown_facts_stay_empty_and_known_ones_come_from_the_settings():
    with override_settings(ALGORITHM_REGISTER=dict.fromkeys(register.FROM_SETTINGS, "")):
        data = register.record("nl").to_json()
        assert {data[code] for code in register.FROM_SETTINGS} == {""}
        assert data["status"] == ""
    with override_settings(ALGORITHM_REGISTER=FILLED):
        data = register.record("nl").to_json()
        assert {code: data[code] for code in FILLED} == FILLED
        assert data["status"] == "In gebruik"


@pytest.mark.parametrize("language", register.LANGUAGES)
def test_no_placeholder_and_no_other_language_is_left(language):
    text = register.as_file(language)
    assert "{" not in "".join(field.value for field in register.record(language).fields)
    data = json.loads(text)
    assert data["lang"] == register.LANGUAGE_CODES[language]
    assert data["samen_hier"]["risks"][0]["measure"]
    assert register.as_file(language) == text
    if language == "en":
        assert " het " not in text


def test_an_unknown_language_is_refused():
    with pytest.raises(register.RegisterError):
        register.record("fy")


def test_the_command_writes_both_files_or_prints_one(tmp_path, capsys):
    call_command("algorithm_register", to=tmp_path / "register")
    written = sorted(path.name for path in (tmp_path / "register").iterdir())
    assert written == [register.file_name("en"), register.file_name("nl")]
    assert (tmp_path / "register" / register.file_name("nl")).read_text("utf-8") == register.as_file("nl")
    capsys.readouterr()
    call_command("algorithm_register", language="en")
    assert capsys.readouterr().out == register.as_file("en")


@pytest.mark.django_db
@pytest.mark.parametrize(("asked", "language"), [("nl", "nl"), ("en", "en"), ("ar", "nl")])
def test_everybody_reads_the_page(client, asked, language, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get(reverse("matches:register"), headers={"accept-language": asked})
    html = response.content.decode()
    assert response.status_code == 200
    for one in (*RULES, *CRITERIA, *GOALS):
        assert one.sentence[language].replace("'", "&#x27;") in html
    assert register_texts.NOT_FILLED_IN[language] in html
    assert f'lang="{language}" dir="ltr"' in html


@pytest.mark.django_db
def test_the_file_can_be_taken_along(client):
    response = client.get(reverse("matches:register_file", kwargs={"language": "nl"}))
    assert response["Content-Type"].startswith("application/json")
    assert "attachment" in response["Content-Disposition"]
    assert json.loads(response.content)["name"] == register.record("nl").name
    assert client.get(reverse("matches:register_file", kwargs={"language": "xx"})).status_code == 404
