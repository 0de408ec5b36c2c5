"""Every role × every URL of the resolver. A URL that nobody declared, or that needs an unknown row, fails here."""

import re
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch, reverse

from municipalities.access import Central
from municipalities.enums import StaffRole
from samenhier.core.access import Public, Role, declared, patterns
from tests import factories as make

from . import world

# It asks for every page hundreds of times: counting lines here costs time and adds nothing.
pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]

#: Names of rows in URLs that stand for something without an owner: any value will do.
FREE = {"token": "a" * 32, "page": "1", "kind": "statement", "language": "nl", "code": "nld"}
#: The first page of each row of questions.
STEPS = {"groups:register": "gemeente", "groups:answer": "leeftijd"}
#: Which tokens a role may meet somewhere on the site, in its own town. Nobody may meet one of another town.
MAY_MEET = {
    Role.ANONYMOUS: set(),
    Role.VOLUNTEER: set(),
    Role.MEMBER: {"group", "group addresses", "household"},
    Role.CONTACT: {"group", "group addresses", "household"},
    Role.NEWCOMER: {"household", "household account", "group"},
    Role.BUILDER: {"group", "household", "staff"},
    Role.COORDINATOR: {"group", "group addresses", "free group", "household account", "staff"},
    Role.VIEWER: set(),
    Role.NATIONAL: {"staff"},
    Role.OPERATOR: set(),
}
#: Posting here would end the visitor's own session or leave the site.
NEVER_POSTED = {"account_logout"}


def own_pages() -> list[tuple[str, str, object]]:
    """Each URL that is ours: route, name, view. allauth guards its own and has its own tests."""
    return [
        (route, name, view)
        for route, name, view in patterns()
        if not view.__module__.startswith(("allauth.", "django."))
    ]


def kwargs_of(route: str, name: str, town: world.Town, *, nonexistent: bool = False) -> dict[str, object]:
    """The arguments of a route, from the town's rows; a name that nobody knows fails the test."""
    found: dict[str, object] = {}
    for argument in re.findall(r"<(?:\w+:)?(\w+)>", route):
        if argument in town.rows:
            made_up = "bestaat-niet" if argument == "slug" else uuid4()
            found[argument] = made_up if nonexistent else town.rows[argument]
        elif argument == "step":
            found[argument] = STEPS[name]
        elif argument in FREE:
            found[argument] = FREE[argument]
        else:
            pytest.fail(f"tests/access/world.py has no row “{argument}”, which {route} needs.")
    return found


@pytest.fixture(scope="module")
def towns(module_rows):
    with module_rows():
        here, elsewhere = world.build(), world.build()
        here.people[Role.VOLUNTEER] = make.user()
        here.people[Role.NATIONAL] = make.staff(StaffRole.NATIONAL)
        here.people[Role.OPERATOR] = make.staff(StaffRole.OPERATOR)
    return here, elsewhere


def client_of(role: Role, town: world.Town) -> Client:
    client = Client()
    if role is not Role.ANONYMOUS:
        client.force_login(town.people[role])
    client.raise_request_exception = True
    return client


def url_of(name: str, kwargs: dict[str, object], space: str = "") -> str:
    try:
        return reverse(name, kwargs=kwargs)
    except NoReverseMatch:
        pytest.fail(f"The URL “{name}” cannot be made with {sorted(kwargs)}: give it a name.")


def body_of(response) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    # A mail address is shown with places where it may break, and must be known all the same.
    return content.decode("utf-8", "replace").replace("<wbr>", "")


def test_every_url_declares_its_access():
    assert [route for route, _name, view in patterns() if declared(view) is None] == []
    assert len(own_pages()) > 40


def test_ids_in_urls_cannot_be_counted():
    assert [route for route, _n, _v in own_pages() if "<int:" in route] == []


@pytest.mark.parametrize("role", list(Role))
def test_role_meets_only_what_is_theirs(role, towns):
    here, elsewhere = towns
    client = client_of(role, here)
    foreign = set().union(*elsewhere.tokens.values())
    hidden = set().union(*(tokens for name, tokens in here.tokens.items() if name not in MAY_MEET[role]))
    if role is not Role.ANONYMOUS:
        hidden -= {here.people[role].name, here.people[role].email}
    faults = []
    for route, name, view in own_pages():
        access = declared(view)
        own = url_of(name, kwargs_of(route, name, here))
        for method in ("get", "post"):
            if method == "post" and (name in NEVER_POSTED or role in access.roles):
                continue
            response = getattr(client, method)(own)
            if fault := _wrong(role, access, response):
                faults.append(f"{role} {method} {name}: {fault}")
            text = body_of(response)
            leaks = [token for token in hidden | foreign if token in text]
            if leaks:
                faults.append(f"{role} {method} {name} leaks {leaks[:3]}")
    assert faults == []


def _wrong(role: Role, access, response) -> str:
    """What is wrong with this answer for this role, or an empty text."""
    to_login = response.status_code == 302 and response.url.startswith(reverse(settings.LOGIN_URL))
    if role in access.roles:
        if response.status_code in (403, 500) or to_login:
            return f"is declared for this role but answers {response.status_code}"
        if response.status_code == 404 and isinstance(access, Public):
            return "is public but answers 404"
        return ""
    if role is Role.ANONYMOUS:
        return "" if to_login else f"answers {response.status_code} without signing in"
    return "" if response.status_code in (403, 404) else f"answers {response.status_code} without the right"


@pytest.mark.parametrize(
    "role", [Role.VOLUNTEER, Role.MEMBER, Role.NEWCOMER, Role.BUILDER, Role.COORDINATOR, Role.VIEWER]
)
def test_another_towns_page_is_the_same_404_as_no_page(role, towns):
    here, elsewhere = towns
    client = client_of(role, here)
    faults, as_missing = [], {}
    for route, name, view in own_pages():
        # National pages stand outside the towns: whoever works in one learns that they exist, no more.
        if isinstance(declared(view), Public | Central):
            continue
        names = re.findall(r"<(?:\w+:)?(\w+)>", route)
        if not set(names) & set(elsewhere.rows):
            continue
        for method in ("get", "post"):
            foreign = getattr(client, method)(url_of(name, kwargs_of(route, name, elsewhere)))
            # A page that does not exist says the same whatever it is; one role asks for each.
            if role is Role.COORDINATOR or method not in as_missing:
                missing = getattr(client, method)(
                    url_of(name, kwargs_of(route, name, elsewhere, nonexistent=True))
                )
                if missing.status_code != 404:
                    faults.append(f"{role} {method} {name}: nonexistent {missing.status_code}")
                as_missing[method] = _plain(missing)
            if foreign.status_code != 404:
                faults.append(f"{role} {method} {name}: {foreign.status_code}")
            elif _plain(foreign) != as_missing[method]:
                faults.append(f"{role} {method} {name}: the two bodies differ")
    assert faults == []


def _plain(response) -> str:
    """The body without what repeats the request: its own address, and the form's token."""
    text = body_of(response).replace(response.wsgi_request.path, "")
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.BUILDER, Role.VIEWER])
def test_an_own_slug_does_not_open_a_foreign_row(role, towns):
    here, elsewhere = towns
    client = client_of(role, here)
    faults = []
    for route, name, view in own_pages():
        kwargs = kwargs_of(route, name, elsewhere)
        if "slug" not in kwargs or len(set(kwargs) & set(here.rows)) < 2 or role not in declared(view).roles:
            continue
        for method in ("get", "post"):
            response = getattr(client, method)(url_of(name, {**kwargs, "slug": here.rows["slug"]}))
            if response.status_code not in (404, 405):
                faults.append(f"{role} {method} {name}: {response.status_code}")
    assert faults == []
