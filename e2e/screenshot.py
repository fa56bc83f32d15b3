"""`make screenshot`: docs/event.png and docs/screenshots/, from the running product with its demo content.

The demo happens on the same day each time, so that pictures differ only where the product does.
"""

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from e2e.cast import FLAGS, Cast, chromium
from e2e.deployment import ROOT, Deployment
from e2e.people.going import PASSWORD
from e2e.people.person import Person

DOCS = ROOT / "docs"
FOLDER = DOCS / "screenshots"
SIZES = {360: 780, 768: 1024, 1280: 800, 1920: 1080}
FEW = {360: 780, 1280: 800}
COLOURS = 192
NEWS = "Second burn! You can see it from here, a new star."

WORLD = f"""
from datetime import datetime, timedelta, UTC
from django.contrib.auth.models import User
owner = User.objects.get(is_superuser=True)
owner.username, owner.first_name = 'marta', 'Marta'
owner.set_password({PASSWORD!r})
owner.save()
launch = Event.objects.get(slug='petrel-7')
ilse, _ = User.objects.get_or_create(username='ilse', defaults={{'first_name': 'Ilse'}})
launch.hosts.add(ilse)
def make(slug, title, description='', **fields):
    usual = dict(starts_at=launch.starts_at, state='live', visibility='unlisted', time_zone='Europe/Lisbon')
    return Event.objects.create(slug=slug, title=title, description=description, owner=owner, **usual | fields)
names = make('long-names', 'The international symposium on interdisciplinary approaches to the history of lighthouses and of those who kept them',
    'Day two, with simultaneous interpretation.')
names.publish('Wolfeschlegelsteinhausenbergerdorff the Younger of Upper Lusatia', 'Good morning from the third row.')
names.publish('ThisIsAnUnusuallyLongNameWithoutAnySpaceThatGoesOnAndOn12345', 'https://example.org/' + 'a-very-long-address-without-end-' * 6).comment(
    'Maria de los Angeles Concepcion Guadalupe Fernandez de la Vega Ruiz', 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft')
arabic = make('arabic', 'نهائي كأس المدينة: النجوم ضد الأمل', 'تعليق مباشر من المدرج الشرقي.', time_zone='Africa/Cairo')
arabic.publish('سلمى', 'صباح الخير من الملعب. الطقس جميل والمدرجات ممتلئة.')
arabic.publish('Karim', 'هدف! النجوم 1، الأمل 0. See https://example.org/replay').comment('نور', 'يا له من هدف رائع!')
arabic.publish('سلمى', 'نهاية الشوط الأول.').pin()
make('empty', 'Book club: “The Lighthouse”', 'We start as soon as everybody has tea.')
launch.configure(posting='first', by=owner)
for name, text in (('Dario', 'Is the landing ship far out? I cannot see it from the beach.'), ('Mei', 'Greetings from the night shift!')):
    launch.publish(name, text, visitor=name.lower())
launch.publish('Promo', 'Cheap telescopes, today only', user=owner).retract(by=owner)
Event.objects.update(reactions='like love laugh wow')  # which most machines have letters for
for entry, likes, loves in zip(launch.entries.visible()[:6], (14, 3, 41, 0, 8, 2), (3, 0, 12, 1, 0, 5)):
    for number in range(likes): entry.react('like', visitor=f'reader {{number}}')
    for number in range(loves): entry.react('love', visitor=f'reader {{number}}')
    entry.publish_counts(at_once=True)
for event in Event.objects.all():  # it is always the same evening
    shift = datetime(2027, 2, 6, {{'derby': 15}}.get(event.slug, 18), 30, tzinfo=UTC) - event.starts_at
    if event.slug == 'small-servers': shift += timedelta(days=6)
    Event.objects.filter(pk=event.pk).update(starts_at=event.starts_at + shift)
    for posts in (event.entries, event.comments):
        for post in posts.all(): posts.filter(pk=post.pk).update(published_at=post.published_at + shift)
    for act in event.acts.all(): event.acts.filter(pk=act.pk).update(at=act.at + shift)
"""


def keep(page: Page, name: str, folder: Path = FOLDER) -> None:
    """Few colours make it small, and nobody sees the difference."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    folder.mkdir(parents=True, exist_ok=True)
    few = picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(folder / f"{name}.png", optimize=True)


def pictures(person: Person, name: str, path: str, sizes: dict[int, int]) -> None:
    person.goes_to(path)
    if person.page.locator("#socket").count():
        person.is_live()
    for width, height in sizes.items():
        person.page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            person.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            person.page.evaluate("scrollTo(0, 0)")
            keep(person.page, f"{name}-{width}-{scheme}")


def main() -> None:
    only = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        deployment = Deployment(Path(folder), PUBLIC_URL="")
        deployment.manage("prepare")
        deployment.shell(WORLD)
        deployment.start_all()
        browser = playwright.chromium.launch(executable_path=chromium(), args=[*FLAGS, "--hide-scrollbars"])
        try:
            take(browser, deployment, Path(folder), only)
        finally:
            browser.close()
            deployment.end_all()


def take(browser: Browser, deployment: Deployment, folder: Path, only: list[str]) -> None:
    cast = Cast(browser, folder)
    reader = cast.joins("Reader", deployment.url, viewport={"width": 1100, "height": 1000})
    host = cast.joins("Host", deployment.url)
    host.goes_to("/sign-in/")
    host.page.get_by_label("Username").fill("marta")
    host.page.get_by_label("Password").fill(PASSWORD)
    host.presses("Sign in")
    expect(host.page.get_by_role("button", name="Sign out")).to_be_visible()
    reader.opens("petrel-7")
    deployment.shell(
        "from datetime import timedelta\nevent = Event.objects.get(slug='petrel-7')\n"
        f"event.publish('Amara', {NEWS!r}, at=event.starts_at + timedelta(minutes=71))"
    )
    reader.sees(NEWS)
    if not only:
        keep(reader.page, "event", DOCS)
    shots = (
        (reader, "event", "/events/petrel-7/", SIZES),
        (host, "desk", "/events/petrel-7/host/", SIZES),
        (reader, "wall", "/events/petrel-7/wall/", SIZES),
        (reader, "ended", "/events/derby/", FEW),
        (reader, "scheduled", "/events/small-servers/", FEW),
        (reader, "long-names", "/events/long-names/", FEW),
        (reader, "right-to-left", "/events/arabic/", FEW),
        (reader, "empty", "/events/empty/", FEW),
        (reader, "home", "/", SIZES),  # last, when it is known how many read
    )
    for person, name, path, sizes in shots:
        if not only or name in only:
            pictures(person, name, path, sizes)


if __name__ == "__main__":
    main()
