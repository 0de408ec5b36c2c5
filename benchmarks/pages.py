"""Server CPU of the main pages, beside a bare Django page, in one run; and whether more rows mean more queries.

    .venv/bin/python -m samenhier.services with -- .venv/bin/python benchmarks/pages.py

The bare page has what any page has: session, user, one crispy form, five queries and a template of three levels. The bars are
those of the issue: each main page at most twice the bare page; at 100 times the practice world the same number of queries,
and no list query over 5 ms.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samenhier.settings.dev")

import django

django.setup()

from crispy_forms.utils import render_crispy_form
from django import forms
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.template import engines
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import path, reverse
from django.views import View

import samenhier.urls
from benchmarks.multiply import multiply
from groups.models import SponsorGroup
from matches.queries import workbench
from municipalities.models import Municipality
from newcomers.models import Household
from samenhier.accounts.models import User
from samenhier.core.access import SignedIn
from samenhier.core.forms import NldsFormMixin
from samenhier.demo import load
from samenhier.demo.towns import address

ROUNDS = 40
BAR = 2.0
SLOWEST_MS = 5.0


class BareForm(NldsFormMixin, forms.Form):
    """Six plain fields."""

    name = forms.CharField(label="Name")
    email = forms.EmailField(label="E-mail")
    town = forms.ChoiceField(label="Town", choices=[(str(n), f"Town {n}") for n in range(20)])
    yes = forms.BooleanField(label="Yes")
    number = forms.IntegerField(label="Number")
    text = forms.CharField(label="Text", widget=forms.Textarea)


@cache
def bare_template():
    """Compiled once, as the cached loader does for the templates of the real pages."""
    return engines["django"].from_string(
        '{% extends "base/own.html" %}{% block title %}Bare{% endblock %}{% block content %}'
        "{% for g in groups %}<p>{{ g.name }}</p>{% endfor %}{% for h in households %}<p>{{ h.code_name }}</p>{% endfor %}"
        "{{ form_html }}{% endblock %}"
    )


class BarePage(View):
    """The floor: what a Django page with a form and five queries costs, in the same look."""

    access = SignedIn()

    def get(self, request):
        town = Municipality.objects.get(slug="lindestad")
        context = {
            "groups": list(SponsorGroup.objects.filter(municipality=town)[:20]),
            "households": list(Household.objects.filter(municipality=town)[:20]),
            "count": SponsorGroup.objects.filter(municipality=town).count(),
            "waiting": Household.objects.filter(municipality=town).count(),
            "form_html": render_crispy_form(BareForm()),
        }
        return HttpResponse(bare_template().render(context, request))


samenhier.urls.urlpatterns.append(path("bare/", BarePage.as_view(), name="bare"))


def main_pages() -> dict[str, tuple[str, str]]:
    """Name → (address of the page, mail address of who opens it)."""
    slug = {"slug": "lindestad"}
    boss, viewer = address("Samira", "lindestad"), address("Marleen", "lindestad")
    group = SponsorGroup.objects.filter(municipality__slug="lindestad", status="submitted").first()
    contact = group.members.get(role="contact")
    newcomer = Household.objects.filter(
        municipality__slug="lindestad", user__isnull=False, status="ready"
    ).first()
    return {
        "work list": (reverse("municipalities:worklist", kwargs=slug), boss),
        "groups": (reverse("groups:list", kwargs=slug), boss),
        "one group (review)": (reverse("groups:review", kwargs={**slug, "group": group.pk}), boss),
        "our group": (reverse("groups:own", kwargs={"group": group.pk}), contact.email),
        "newcomers": (reverse("newcomers:list", kwargs=slug), boss),
        "own page of a newcomer": (reverse("newcomers:own"), newcomer.user.email),
        "workbench": (workbench_with_a_choice(), boss),
        "matches": (reverse("matches:list", kwargs=slug), boss),
        "dashboard": (reverse("reports:dashboard", kwargs=slug), viewer),
        "national": (reverse("reports:national"), address("Nora", "samenhier")),
    }


def workbench_with_a_choice() -> str:
    """The page of proposals on which one chosen by hand stands: that such a pair is still possible is looked up, so it asks most."""
    boss = User.objects.get(email=address("Samira", "lindestad"))
    town = Municipality.objects.get(slug="lindestad")
    for number in workbench(boss, town).page.paginator.page_range:
        if any(match.override_reason for match in workbench(boss, town, str(number)).page):
            return f"{reverse('matches:workbench', kwargs={'slug': town.slug})}?page={number}"
    raise SystemExit("The practice world has no choice by hand any more.")


def cpu_ms(*requests: tuple[Client, str]) -> list[float]:
    """Median CPU of each request in ms, after a few to warm up.

    They take turns, so that what else this machine does touches all alike.
    """
    spent: list[list[float]] = [[] for _request in requests]
    for turn in range(3 + ROUNDS):
        for (client, url), times in zip(requests, spent, strict=True):
            before = time.process_time()
            response = client.get(url)
            took = (time.process_time() - before) * 1000
            assert response.status_code == 200, (url, response.status_code)
            if turn >= 3:
                times.append(took)
    return [statistics.median(times) for times in spent]


def signed_in(email: str) -> Client:
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(User.objects.get(email=email))
    return client


def queries(client: Client, url: str) -> tuple[int, float, str]:
    """Number of queries of one page, the slowest in ms, and its SQL."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    slowest, sql = max((_again_ms(one["sql"]), one["sql"]) for one in captured.captured_queries)
    return len(captured), slowest, sql


def _again_ms(sql: str) -> float:
    """The server's own time for this query, without the network: the best of five, for others use this machine too."""
    times = []
    with connection.cursor() as cursor:
        for _round in range(5):
            cursor.execute("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + sql)
            times.append(cursor.fetchone()[0][0]["Execution Time"])
    return min(times)


def each(pages: dict[str, tuple[str, str]], work: Callable[[str, str, Client], None]) -> None:
    for name, (url, email) in pages.items():
        work(name, url, signed_in(email))


def main() -> int:
    call_command("migrate", verbosity=0)
    if not load.is_loaded():
        load.load()
        load.propose()
    failed = 0
    bare = signed_in(address("Samira", "lindestad"))
    print(f"{'page':26}{'ms CPU':>8}{'bare page':>11}{'ratio':>8}{'bar':>6}{'queries':>9}")
    before: dict[str, int] = {}

    def measure(name: str, url: str, client: Client) -> None:
        nonlocal failed
        page_ms, bare_ms = cpu_ms((client, url), (bare, "/bare/"))
        ratio = page_ms / bare_ms
        before[name] = queries(client, url)[0]
        failed += ratio > BAR
        verdict = "" if ratio <= BAR else "  over the bar"
        print(f"{name:26}{page_ms:8.1f}{bare_ms:11.1f}{ratio:8.2f}{BAR:6.1f}{before[name]:9}{verdict}")

    # The same people and the same group before and after: another one may stand at another point of the line.
    pages = main_pages()
    each(pages, measure)
    factor = int(os.environ.get("FACTOR", "100"))
    multiply(factor)
    # On which page the choice stands, follows from how many stand before it.
    boss = pages["workbench"][1]
    pages["workbench"] = (workbench_with_a_choice(), boss)
    print(
        f"\nat {factor} × the practice world\n{'page':26}{'queries':>9}{'was':>6}{'slowest query, ms':>20}{'bar':>6}"
    )

    def again(name: str, url: str, client: Client) -> None:
        nonlocal failed
        number, slowest, sql = queries(client, url)
        wrong = number != before[name] or slowest > SLOWEST_MS
        failed += wrong
        print(
            f"{name:26}{number:9}{before[name]:6}{slowest:20.2f}{SLOWEST_MS:6.1f}{'  over the bar' if wrong else ''}"
        )
        if slowest > SLOWEST_MS:
            print(f"    {sql[:300]}")

    each(pages, again)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
