"""What members bring together: kept by the database, whoever writes, and never behind."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from groups.enums import MemberStatus, ScreeningStatus
from groups.models import GroupMember, MembersTogether, Screening, SponsorGroup
from samenhier.core.reference import INTERESTS, SLOTS
from tests import factories
from tests.parallel import at_once


def counted(group):
    """The same from the rows of the people, in plain Python."""
    people = list(GroupMember.objects.present().filter(group=group).select_related("screening"))
    spoken = [
        {one["code"] for one in person.languages} | ({"nld"} if person.dutch in ("yes", "some") else set())
        for person in people
    ]
    well = {
        one["code"]
        for person in people
        for one in person.languages
        if one.get("level", "intermediate") in ("intermediate", "fluent")
    } | ({"nld"} if any(person.dutch == "yes" for person in people) else set())
    return {
        "present": len(people),
        "has_contact": any(person.is_contact for person in people),
        "screened_until": _screened_until(people),
        "languages": Counter(code for codes in spoken for code in codes),
        "interests": Counter(code for person in people for code in person.interests),
        "availability": Counter(code for person in people for code in person.availability),
        "languages_well": well,
    }


def _screened_until(people):
    days = []
    for person in people:
        screening = getattr(person, "screening", None)
        if screening is None or screening.status == ScreeningStatus.REQUESTED:
            return None
        days.append(screening.renew_after)
    return min(days, default=None)


def kept(group):
    row = MembersTogether.objects.get(group=group)
    return {
        name: set(row.languages_well) if name == "languages_well" else getattr(row, name)
        for name in counted(group)
    }


def something_happens(rng, group):
    """One of the things that happen to people of a group, written without asking any domain."""
    people = list(GroupMember.objects.filter(group=group).order_by("pk"))
    person = rng.choice(people)
    match rng.randrange(7):
        case 0:
            factories.member(
                group,
                ready=rng.random() < 0.5,
                status=rng.choice([MemberStatus.ACCEPTED, MemberStatus.INVITED]),
            )
        case 1:
            # A person at a prompt, with one statement for all.
            GroupMember.objects.filter(group=group).update(
                interests=rng.sample(INTERESTS.codes(), 3), availability=rng.sample(SLOTS, 2)
            )
        case 2:
            level = rng.choice([{}, {"level": "basic"}, {"level": "fluent"}])
            person.languages = [
                {"code": code, **level} for code in rng.sample(["tir", "arb", "nld", "ukr"], 2)
            ]
            person.dutch = rng.choice(["yes", "some", "not_yet", ""])
            person.save()
        case 3:
            GroupMember.objects.filter(pk=person.pk).update(status=MemberStatus.LEFT, role="member")
        case 4 if len(people) > 2:
            person.delete()
        case 5:
            Screening.objects.filter(member=person).delete()
        case _:
            Screening.objects.update_or_create(
                member=person,
                defaults={
                    "municipality": group.municipality,
                    "status": ScreeningStatus.SEEN,
                    "seen_on": timezone.localdate(),
                    "renew_after": timezone.localdate() + timedelta(days=rng.randrange(900)),
                },
            )


@pytest.mark.no_cover
@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_it_says_what_the_people_say(seed):
    rng = random.Random(seed)
    group, other = factories.group(factories.municipality()), factories.group(factories.municipality())
    before = kept(other)
    for _ in range(25):
        something_happens(rng, group)
        assert kept(group) == counted(group)
    assert kept(other) == before == counted(other)


@pytest.mark.django_db
def test_who_was_only_invited_brings_nothing():
    group = factories.group(factories.municipality(), members=0)
    factories.member(group, status=MemberStatus.INVITED)
    assert not MembersTogether.objects.exists()


@pytest.mark.django_db
def test_the_row_goes_with_its_group():
    group, other = factories.group(factories.municipality()), factories.group(factories.municipality())
    SponsorGroup.objects.get(pk=group.pk).delete()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert list(MembersTogether.objects.values_list("group", flat=True)) == [other.pk]


@pytest.mark.django_db(transaction=True)
def test_two_people_who_change_at_the_same_moment_are_both_counted():
    group = factories.group(factories.municipality(), members=4)
    people = list(GroupMember.objects.filter(group=group))

    def speaks(person, code):
        def act():
            with transaction.atomic():
                GroupMember.objects.filter(pk=person.pk).update(languages=[{"code": code, "level": "fluent"}])

        return act

    for _ in range(5):
        GroupMember.objects.filter(group=group).update(languages=[])
        codes = ["tir", "arb", "ukr", "som"]
        done = at_once(*(speaks(person, code) for person, code in zip(people, codes, strict=True)))
        assert done == [None] * 4
        assert kept(group) == counted(group)
        assert set(codes) <= set(kept(group)["languages"])
