"""`manage.py screenshots`: the main pages of the practice world, on a phone and on a desktop."""

import os
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.test import Client
from django.test.testcases import LiveServerThread
from django.utils import timezone

from reports.domain.closing import close_all_months
from samenhier.demo import load
from samenhier.demo.shots import NothingToShow, Shot, shots
from samenhier.services import chromium
from samenhier.services.errors import ServiceError

if TYPE_CHECKING:
    from PIL.Image import Image
    from playwright.sync_api import Browser

FOLDER = settings.BASE_DIR / "docs" / "screenshots"
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}
#: Pixels of the picture for one of the page: phones are sharp.
DENSITY = {"phone": 2, "desktop": 1}
COLOURS = 256
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--hide-scrollbars"]  # fmt: skip

#: The overview: the first on a desktop with the second on a phone before it.
OVERVIEW = ("work-list", "newcomer")
OVERVIEW_WIDTH = 1500
PAPER, LINE = "#efe9dd", "#c9bfae"


class Command(BaseCommand):
    help = "Take pictures of the main pages of the practice world. Loads that world when it is missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", help="only these pages, such as work-list; all without names")
        parser.add_argument(
            "--url", default="", help="a server on the same database; without it one is started"
        )
        parser.add_argument("--folder", type=Path, default=FOLDER, help="where the pictures go")

    def handle(self, *args: Any, **options: Any) -> None:
        assert settings.DEMO, "pictures are made of the practice world only"
        # Playwright keeps an event loop in this thread; Django would refuse every query because of it.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        self._prepare()
        try:
            wanted = shots()
        except NothingToShow as missing:
            raise CommandError(str(missing)) from missing
        if unknown := set(options["names"]) - {shot.name for shot in wanted}:
            raise CommandError(f"There is no page {', '.join(sorted(unknown))}.")
        chosen = [shot for shot in wanted if shot.name in (options["names"] or [one.name for one in wanted])]
        folder: Path = options["folder"]
        folder.mkdir(parents=True, exist_ok=True)
        with _server(options["url"]) as url, _browser() as browser:
            for shot in chosen:
                for size in SIZES:
                    _save(_take(browser, url, shot, size, DENSITY[size]), folder / f"{shot.name}-{size}.png")
                self.stdout.write(f"* {shot.name}")
            if {shot.name for shot in chosen} & set(OVERVIEW):
                large, small = (next(shot for shot in wanted if shot.name == name) for name in OVERVIEW)
                back, front = _take(browser, url, large, "desktop", 2), _take(browser, url, small, "phone", 2)
                _save(_beside(back, front), folder / "overview.png")
        total = sum(picture.stat().st_size for picture in folder.glob("*.png"))
        self.stdout.write(
            f"{len(list(folder.glob('*.png')))} pictures in {folder}, {total / 1e6:.1f} MB together."
        )

    def _prepare(self) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("translations", "compile", stdout=StringIO())
        if not load.is_loaded():
            load.load()
            load.propose()
        close_all_months(timezone.now())


@contextmanager
def _server(url: str) -> Iterator[str]:
    """The address of a server: the given one, or one in this process on a free port."""
    if url:
        yield url.rstrip("/")
        return
    thread = LiveServerThread("127.0.0.1", StaticFilesHandler, connections_override={})
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise CommandError(f"The server did not start: {thread.error}")
    try:
        yield f"http://127.0.0.1:{thread.port}"
    finally:
        thread.terminate()


@contextmanager
def _browser() -> "Iterator[Browser]":
    try:
        from playwright.sync_api import sync_playwright

        path = chromium.find()
    except (ImportError, ServiceError) as problem:
        raise CommandError(f"No browser to take pictures with: {problem}") from problem
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def _take(browser: "Browser", url: str, shot: Shot, size: str, density: int) -> "Image":
    """One picture of what stands on the screen when the page is opened."""
    from PIL import Image

    width, height = SIZES[size]
    context = browser.new_context(
        base_url=url,
        viewport={"width": width, "height": height},
        device_scale_factor=density,
        is_mobile=size == "phone",
        locale=shot.language,
        timezone_id=settings.TIME_ZONE,
        reduced_motion="reduce",
    )
    context.set_default_timeout(60_000)
    cookies = {settings.LANGUAGE_COOKIE_NAME: shot.language}
    if shot.person is not None:
        client = Client()
        client.force_login(shot.person)
        cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
    page = context.new_page()
    response = page.goto(shot.path, wait_until="load")
    if response is None or response.status != 200:
        raise CommandError(f"{shot.path} answers {response.status if response else 'nothing'}.")
    page.evaluate("() => document.fonts.ready.then(() => true)")
    picture = Image.open(BytesIO(page.screenshot(animations="disabled", caret="hide")))
    context.close()
    return picture.convert("RGB")


def _beside(back: "Image", front: "Image") -> "Image":
    """A wide picture with a narrow one before its right edge, both as cards on paper."""
    from PIL import Image

    margin = 40
    back = _card(back, width=OVERVIEW_WIDTH - 320)
    front = _card(front, width=340)
    height = max(back.height, front.height + 60) + 2 * margin
    sheet = Image.new("RGB", (OVERVIEW_WIDTH, height), PAPER)
    sheet.paste(back, (margin, margin), back)
    sheet.paste(front, (OVERVIEW_WIDTH - front.width - margin, height - front.height - margin), front)
    return sheet


def _card(picture: "Image", *, width: int, radius: int = 18) -> "Image":
    """The picture at this width with round corners and a thin line around it."""
    from PIL import Image, ImageDraw

    height = round(picture.height * width / picture.width)
    card = picture.resize((width, height), Image.Resampling.LANCZOS).convert("RGBA")
    # Drawn four times as large, for smooth corners.
    box = (0, 0, width * 4 - 1, height * 4 - 1)
    mask = Image.new("L", (width * 4, height * 4), 0)
    ImageDraw.Draw(mask).rounded_rectangle(box, radius * 4, fill=255)
    line = Image.new("RGBA", mask.size, (0, 0, 0, 0))
    ImageDraw.Draw(line).rounded_rectangle(box, radius * 4, outline=LINE, width=8)
    card.putalpha(mask.resize(card.size, Image.Resampling.LANCZOS))
    card.alpha_composite(line.resize(card.size, Image.Resampling.LANCZOS))
    return card


def _save(picture: "Image", path: Path) -> None:
    """As a small PNG: the pages have few colours."""
    from PIL import Image

    small = picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, kmeans=2, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
