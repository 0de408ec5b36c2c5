"""Who meets which form, and where: everything that the resolver knows, and the states that one town does not have."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from groups.domain.invitations import invite
from groups.models import Attendance, GroupMember, TrainingSession
from groups.views.steps import STEPS as REGISTER_STEPS
from matches.domain import checkins, contact
from matches.enums import Side
from matches.models import CheckIn, ContactRequest
from municipalities.domain import neighbours, staff
from municipalities.enums import StaffRole
from municipalities.models import Municipality, PartOfTown
from samenhier.accounts.models import User
from samenhier.core.access import Role, declared, patterns
from samenhier.core.crypto import unseal_json
from samenhier.demo.towns import TOWNS
from samenhier.notifications.models import OutgoingMessage
from tests import factories as make
from tests.access import world
from tests.access.test_matrix import kwargs_of, own_pages, url_of
from tests.groups.test_invitation_pages import ANSWERS as INVITATION
from tests.groups.test_register_pages import walk as fill_in_register


@dataclass
class Visit:
    """Somebody, and the addresses that they open one after the other."""

    client: Client
    addresses: list[str]


#: Who is asked for a page that several may open. Of a match and its questions both sides have their own.
ASKERS = [
    *(Role.ANONYMOUS, Role.NEWCOMER, Role.CONTACT, Role.MEMBER, Role.VIEWER, Role.COORDINATOR),
    *(Role.BUILDER, Role.OPERATOR, Role.NATIONAL, Role.VOLUNTEER),
]


def client_of(person: User | None = None) -> Client:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    if person is not None:
        client.force_login(person)
    return client


def addresses_of(role: Role, town: world.Town, about: str = "") -> list[str]:
    """The pages that fall to this role; `about`: a pattern in their name or route."""
    found = []
    for route, name, view in own_pages():
        allowed = declared(view).roles
        first = next(one for one in ASKERS if one in allowed)
        both = role is Role.CONTACT and first is Role.NEWCOMER
        methods = getattr(getattr(view, "view_class", None), "http_method_names", ["get"])
        if (
            role not in allowed
            or not (role is first or both)
            or "get" not in methods
            or not re.search(about, f"{name} {route}")
        ):
            continue
        kwargs = kwargs_of(route, name, town)
        if role is Role.NEWCOMER and "check_in" in kwargs:
            kwargs["check_in"] = town.rows["household_check_in"]
        found.append(url_of(name, kwargs))
    return found


#: These in one stage, and staff in three by the start of a page's name, so that none takes long.
DESKS = {
    "staff for groups and newcomers": "^(groups|newcomers):",
    "staff who match": "^matches:",
    "staff for the rest": "^(?!(groups|newcomers|matches):)",
}
PEOPLE = {Role.ANONYMOUS, Role.NEWCOMER, Role.CONTACT, Role.MEMBER, Role.VOLUNTEER}


def of_a_town(askers: Iterable[Role], about: str = "") -> Iterator[Visit]:
    """Each page of ours that falls to them, in a town in mid-life."""
    town = world.build()
    town.people[Role.VOLUNTEER] = make.user()
    town.people[Role.NATIONAL] = make.staff(StaffRole.NATIONAL)
    town.people[Role.OPERATOR] = make.staff(StaffRole.OPERATOR)
    for role in askers:
        yield Visit(client_of(town.people.get(role)), addresses_of(role, town, about))


def of_groups() -> Iterator[Visit]:
    """A group that begins, one that is complete, one under review, one without a household, one that paused."""
    here = make.municipality()
    boss = make.staff(StaffRole.COORDINATOR, here)
    begun = _group_of(here, "forming", ready=False)
    yield Visit(begun.contact, addresses_of(Role.CONTACT, begun.town, ":group>"))
    yield Visit(client_of(boss), addresses_of(Role.COORDINATOR, begun.town, ":session>"))
    complete = _group_of(here, "forming")
    booked = TrainingSession.objects.get(pk=complete.town.rows["session"])
    Attendance.objects.create(municipality=here, session=booked, member=complete.speaker)
    yield Visit(complete.contact, [complete.page("submit"), complete.page("training")])
    yield Visit(client_of(boss), addresses_of(Role.COORDINATOR, _group_of(here, "submitted").town, ":group>"))
    approved = _group_of(here, "approved")
    yield Visit(approved.contact, [approved.page("pause"), approved.page("stop")])
    yield Visit(client_of(boss), addresses_of(Role.COORDINATOR, approved.town, "groups:end"))
    paused = _group_of(here, "on_hold", paused_at=timezone.now(), approved_at=timezone.now())
    yield Visit(paused.contact, [paused.page("go_on")])


@dataclass
class _Group:
    town: world.Town
    speaker: GroupMember

    @property
    def contact(self) -> Client:
        return client_of(self.speaker.user)

    def page(self, name: str) -> str:
        return reverse(f"groups:{name}", kwargs={"group": self.town.rows["group"]})


def _group_of(here: Municipality, status: str, *, ready: bool = True, **more: Any) -> _Group:
    """A group in this state, with somebody who was invited and a training to come."""
    group = make.group(here, status=status, ready=ready, **more)
    week = timezone.now() + timedelta(days=7)
    session = TrainingSession.objects.create(
        municipality=here, title="Start", place="Buurthuis", seats=9, starts_at=week
    )
    invited = make.member(group, status="invited", ready=False)
    rows = {"slug": here.slug, "group": group.pk, "member": invited.pk, "session": session.pk}
    return _Group(world.Town(rows=rows), group.members.get(role="contact"))


def of_newcomers() -> Iterator[Visit]:
    """A household that was registered, one in its intake, one that paused."""
    here = make.municipality()
    boss = make.staff(StaffRole.COORDINATOR, here)
    for status in ("registered", "consented", "paused"):
        household = make.household(here, status=status)
        town = world.Town(rows={"slug": here.slug, "household": household.pk})
        yield Visit(client_of(household.user), addresses_of(Role.NEWCOMER, town, "newcomers:"))
        yield Visit(client_of(boss), addresses_of(Role.COORDINATOR, town, ":household>"))


def of_matches() -> Iterator[Visit]:
    """A match in each state, and what only some towns have: a question of a neighbour, two parts of town, a note."""
    here, there = make.municipality(), make.municipality()
    boss = make.staff(StaffRole.COORDINATOR, here)
    for status in ("asking", "agreed", "introduced", "active"):
        group, household = make.group(here), make.household(here)
        match = make.match(group, household, status=status)
        town = world.Town(rows={"slug": here.slug, "match": match.pk})
        speaker = group.members.get(role="contact").user
        yield Visit(client_of(speaker), addresses_of(Role.CONTACT, town, ":match>"))
        yield Visit(client_of(household.user), addresses_of(Role.NEWCOMER, town, ":match>"))
        yield Visit(client_of(boss), addresses_of(Role.COORDINATOR, town, ":match>"))
    # `match` is the active one now.
    week = CheckIn.objects.create(
        municipality=here, match=match, side=Side.HOUSEHOLD, moment="W2", due_on=timezone.localdate()
    )
    checkins.answer_check_in(
        check_in=week, actor=household.user, wellbeing=3, meetings=1, note="Fijn", wants_contact=True
    )
    contact.mark_handled(request=ContactRequest.objects.get(municipality=here), actor=boss)
    make.member(group, ready=False)
    offered = make.match(make.group(here), make.household(there), status="offered")
    neighbours.ask(municipality=there, neighbour=here, actor=make.staff(StaffRole.COORDINATOR, there))
    make.distances(here, {("Noord", "Zuid"): 1})
    part = PartOfTown.objects.filter(municipality=here).first()
    proposal = make.match(make.group(here), make.household(here))
    free = make.household(here), make.group(here)
    rows = {"visit": offered.pk, "part": part.pk, "match": match.pk, "proposal": proposal.pk}
    town = world.Town(rows={"slug": here.slug, **rows})
    by_row = [f":{row}>" for row in rows]
    lists = ("matches:contact_requests", "matches:check_ins", "municipalities:neighbours")
    why_not = reverse("matches:why_not", kwargs={"slug": here.slug})
    of_pair = f"{why_not}?huishouden={free[0].pk}&groep={free[1].pk}"
    yield Visit(
        client_of(boss),
        [
            *(one for about in by_row for one in addresses_of(Role.COORDINATOR, town, about)),
            *(reverse(name, kwargs={"slug": here.slug}) for name in lists),
            of_pair,
        ],
    )
    # In a large town a price is asked for, and computed later.
    with override_settings(MATCHING_PAIRS_IN_A_REQUEST=0):
        yield Visit(client_of(boss), [*addresses_of(Role.COORDINATOR, town, ":proposal>"), of_pair])


def mailed(kind: str) -> str:
    """The path of the link in the newest mail of this kind."""
    return urlsplit(context_of(kind)["url"]).path


def context_of(kind: str) -> dict[str, str]:
    """What the newest mail of this kind tells."""
    sealed = OutgoingMessage.objects.filter(kind=kind).latest("created_at", "id").sealed
    found: dict[str, str] = unseal_json(sealed)["context"]
    return found


def going_on(before: Client) -> Client:
    """Somebody in the middle of something: the session of a client that did not need the token of a form."""
    client = client_of()
    client.cookies = before.cookies
    return client


def of_visitors() -> Iterator[Visit]:
    """Registering a group, up to the check and again by a link; answering an invitation; joining the staff."""
    here = make.municipality(slug=TOWNS[0].slug)
    boss = make.staff(StaffRole.COORDINATOR, here)
    make.staff(StaffRole.VIEWER, here)
    yield Visit(client_of(), [reverse("demo:try")])
    visitor = Client()
    questions = [reverse("groups:register", kwargs={"step": step.code}) for step in REGISTER_STEPS]
    yield Visit(client_of(), questions)
    check = fill_in_register(visitor, here)
    yield Visit(going_on(visitor), [check, f"{questions[1]}?dan=controle", reverse("groups:draft_save")])
    visitor.post(reverse("groups:draft_save"), {"email": "noor@voorbeeld.example"})
    link, again = mailed("groups.draft_link"), reverse("groups:draft_return")
    visitor.get(link)
    yield Visit(going_on(visitor), [again])
    visitor.post(again)
    visitor.get(link)
    yield Visit(going_on(visitor), [again])

    group = make.group(here, status="forming")
    contact = group.members.get(role="contact").user
    invited = invite(group=group, name="Farid", email="farid@voorbeeld.example", actor=contact)
    link = mailed("groups.invitation")
    visitor = Client()
    visitor.get(link)
    answers = [reverse("groups:answer", kwargs={"step": step}) for step in INVITATION]
    yield Visit(
        going_on(visitor), [link, reverse("groups:invitation"), reverse("groups:invitation_no"), *answers]
    )
    for address, answer in zip(answers, INVITATION.values(), strict=True):
        visitor.post(address, answer)
    yield Visit(going_on(visitor), [reverse("groups:answer_check"), f"{answers[1]}?dan=controle"])
    visitor.force_login(make.user())
    visitor.get(link)
    yield Visit(going_on(visitor), [reverse("groups:invitation")])
    invited.invitation_expires_at = timezone.now() - timedelta(days=1)
    invited.save()
    late = Client()
    late.get(link)
    yield Visit(going_on(late), [reverse("groups:invitation")])

    staff.invite(email="bo@voorbeeld.example", role=StaffRole.VIEWER, municipality=here, actor=boss)
    yield Visit(client_of(), [mailed("municipalities.staff_invitation")])


def of_accounts() -> Iterator[Visit]:
    """Signing in by each way, and what somebody may change about it."""
    password = "fiets lamp gordijn"
    person = make.user(password=password)
    names = (
        "account_login",
        "account_login_password",
        "account_request_login_code",
        "account_reset_password",
    )
    yield Visit(client_of(), [*map(reverse, names)])
    signing_in = Client()
    signing_in.post(reverse("account_login"), {"login": person.email})
    yield Visit(going_on(signing_in), [reverse("account_confirm_login_code")])
    forgetful = Client()
    forgetful.post(reverse("account_reset_password"), {"email": person.email})
    key = forgetful.get(mailed("accounts.password_reset"))
    yield Visit(going_on(forgetful), [key.url])
    yield Visit(client_of(person), [reverse("account_reauthenticate")])
    yield Visit(
        just_proved(person), [*map(reverse, ("account_email", "account_change_password", "mfa_index"))]
    )
    names = ("account_set_password", "mfa_activate_totp", "mfa_add_webauthn")
    yield Visit(just_proved(make.user()), [*map(reverse, names)])
    careful = make.with_second_factor(make.user(password=password))
    names = ("mfa_reauthenticate", "mfa_deactivate_totp", "mfa_generate_recovery_codes", "mfa_list_webauthn")
    key = Authenticator.objects.create(
        user=careful, type="webauthn", data={"name": "Sleutel", "credential": {}}
    )
    of_key = [reverse(f"mfa_{act}_webauthn", kwargs={"pk": key.pk}) for act in ("edit", "remove")]
    yield Visit(just_proved(careful), [*map(reverse, names), *of_key])
    key.delete()
    half_in = Client()
    half_in.post(reverse("account_login"), {"login": careful.email})
    code = {"code": context_of("accounts.login_code")["code"], "action": "verify"}
    half_in.post(reverse("account_confirm_login_code"), code)
    yield Visit(going_on(half_in), [reverse("mfa_authenticate")])


def just_proved(person: User) -> Client:
    """Signed in a moment ago, so that nothing asks for the password or the second step again."""
    client = client_of(person)
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time(), "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    return client


_staff = [role for role in ASKERS if role not in PEOPLE]
#: Who meets which forms, by the names of the views that they are sent to. Without names: all others, see `stage_of`.
STAGES: dict[str, tuple[Callable[[], Iterator[Visit]], set[str]]] = {
    "people": (partial(of_a_town, [role for role in ASKERS if role in PEOPLE]), set()),
    **{desk: (partial(of_a_town, _staff, start), set()) for desk, start in DESKS.items()},
    "groups": (
        of_groups,
        {
            *("groups:statement", "groups:code_of_conduct", "groups:sign_up", "groups:cancel_sign_up"),
            *(
                "groups:resend",
                "groups:revoke",
                "groups:submit",
                "groups:pause",
                "groups:go_on",
                "groups:stop",
            ),
            *("groups:approve", "groups:end", "groups:session_change", "groups:session_cancel"),
        },
    ),
    "newcomers": (of_newcomers, {"newcomers:ready", "newcomers:resume", "newcomers:own_consent"}),
    "matches": (
        of_matches,
        {
            *("matches:answer", "matches:introduce", "matches:open_to_members", "matches:more_time"),
            *("matches:note", "matches:contact_taken_back", "matches:why_not", "matches:ask_price"),
            *("matches:agree", "municipalities:accept_opening", "municipalities:distances"),
        },
    ),
    "visitors": (
        of_visitors,
        {
            *("groups:register", "groups:register_check", "groups:draft_save", "groups:draft_return"),
            *("groups:draft_again", "groups:answer", "groups:answer_check", "groups:invitation_no"),
            *("groups:invitation_sign_out", "groups:ask_again", "municipalities:join", "demo:sign_in"),
        },
    ),
    "accounts": (
        of_accounts,
        {
            *(
                "account_login",
                "account_login_password",
                "account_request_login_code",
                "account_reset_password",
            ),
            *("account_confirm_login_code", "account_reset_password_from_key", "account_reauthenticate"),
            *("account_email", "account_change_password", "account_set_password", "mfa_authenticate"),
            *(
                "mfa_reauthenticate",
                "mfa_activate_totp",
                "mfa_deactivate_totp",
                "mfa_generate_recovery_codes",
            ),
            *("mfa_add_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn", "mfa_login_webauthn"),
        },
    ),
}


#: Who may send each form.
ALLOWED = {name: access.roles for _route, name, view in patterns() if (access := declared(view))}


def stage_of(target: str) -> str:
    """Where the forms that are sent to this view are judged: by its name, or else by who may send them."""
    named = next((stage for stage, (_visits, names) in STAGES.items() if target in names), None)
    if named or PEOPLE & ALLOWED.get(target, PEOPLE):
        return named or "people"
    return next(desk for desk, start in DESKS.items() if re.search(start, target))
