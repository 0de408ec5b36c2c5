"""Five towns that do not exist, and the people who work there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from municipalities.enums import StaffRole
from municipalities.models import Municipality, Policy, StaffMembership
from samenhier.accounts.models import User

#: Every address of the practice world ends like this; nothing leaves the machine.
DOMAIN = "oefen.example"


@dataclass(frozen=True)
class TownPlan:
    """What a town of the practice world holds."""

    name: str
    slug: str
    code: str
    province: str
    coordinators: tuple[str, ...]
    builder: str
    viewer: str
    parts: tuple[str, ...]
    groups: int
    households: int
    policy: dict[str, Any] = field(default_factory=dict)


TOWNS = [
    TownPlan("Lindestad", "lindestad", "GM9001", "OV", ("Samira", "Joris"), "Rahwa", "Marleen",
             ("Assenbuurt", "Havenkwartier", "Oud-Zuid", "De Brink", "Westerpark"), 18, 28,
             {"second_approver": True, "weights": {"languages": 5, "place": 4}}),
    TownPlan("Waterveen", "waterveen", "GM9002", "ZH", ("Tineke",), "Leyla", "Arjan",
             ("Veenwijk", "Sluiskade", "Centrum"), 9, 13, {}),
    TownPlan("Zilverdam", "zilverdam", "GM9003", "NH", ("Mohamed",), "Natalia", "Evelien",
             ("Damkwartier", "Noord"), 8, 11, {"group_size": 4}),
    TownPlan("Heuvelrode", "heuvelrode", "GM9004", "LI", ("Fien",), "Dawit", "Ruud",
             ("Bovendorp", "Benedendorp"), 6, 9, {"match_months": 9, "check_in_moments": ["W2", "M1", "M3", "M6", "M9"], "minimum_age": 21}),
    # Just started: shows what an empty town looks like.
    TownPlan("Poelwijk", "poelwijk", "GM9005", "UT", ("Isa",), "Amal", "Bob", ("Centrum",), 0, 0, {}),
]  # fmt: skip

#: What the community builders bridge, besides Dutch.
BUILDERS_SPEAK = {
    "Rahwa": ["tir", "amh"],
    "Leyla": ["tur", "kmr"],
    "Natalia": ["ukr", "rus"],
    "Dawit": ["tir", "arb"],
    "Amal": ["arb"],
}


def address(name: str, slug: str = "") -> str:
    """The practice address of a person."""
    plain = (
        "".join(letter for letter in name.lower() if letter.isascii() and letter.isalnum()) or "nieuwkomer"
    )
    return f"{plain}{'.' + slug if slug else ''}@{DOMAIN}"


def person(email: str, name: str, language: str = "nl") -> User:
    """An account with a confirmed address."""
    user = User.objects.create_user(email, name=name, language=language)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def staff(name: str, role: StaffRole, town: Municipality | None, languages: Sequence[str] = ()) -> User:
    """A colleague, with a second factor so that the gate is open. Its secret is open too: it guards nothing real."""
    user = person(address(name, town.slug if town else "samenhier"), name)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"})
    StaffMembership.objects.create(user=user, role=role, municipality=town, languages=list(languages))
    return user


def build_town(plan: TownPlan) -> tuple[Municipality, list[User], User]:
    """The town with its policy and staff: (town, coordinators, builder)."""
    town = Municipality.objects.create(
        name=plan.name,
        slug=plan.slug,
        cbs_code=plan.code,
        province=plan.province,
        partner_organisation=f"Stichting Samen in {plan.name} (oefening)",
        contact_name=plan.coordinators[0],
        contact_email=address("contact", plan.slug),
        contact_phone="010 000 00 00",
        confidential_name="Vera",
        confidential_phone="010 000 00 01",
        confidential_email=address("vertrouwen", plan.slug),
    )
    Policy.objects.create(municipality=town, **plan.policy)
    coordinators = [staff(name, StaffRole.COORDINATOR, town) for name in plan.coordinators]
    builder = staff(plan.builder, StaffRole.BUILDER, town, BUILDERS_SPEAK[plan.builder])
    staff(plan.viewer, StaffRole.VIEWER, town)
    return town, coordinators, builder
