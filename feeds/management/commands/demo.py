"""Three demo events: one live, one to come, one over."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from feeds.management import QUICK_CHECKS
from feeds.models import Event
from feeds.models.post.cards import CardData

# (minutes after the start, name, text, comments); “@” before a name stands for a host of the event.
Line = tuple[int, str, str, list[tuple[int, str, str]]]

LAUNCH: list[Line] = [
    (0, "@Marta", "Hello from the viewing platform. Dry, 9 °C, hardly any wind. Liftoff of Petrel 7 is planned in 40 minutes, and we are with you until the payload is in orbit.", []),
    (4, "Ines", "First time here! Where is the best place to stand?", [(6, "@Marta", "Left end of the platform, by the red lamp. Nothing between you and the pad."), (8, "Ines", "Found it, thank you.")]),
    (9, "@Marta", "The weather balloon is back with good news: winds aloft are 40 % below the limit.", []),
    (15, "Tomasz", "You can hear the chill-down from the car park. A low hiss, on and off.", [(17, "Amara", "That is the liquid oxygen boiling off.")]),
    (20, "@Marta", "How cold is it where you watch from?", []),
    (22, "@Marta", "Poll of the stations: propulsion go, guidance go, range go, payload go.", []),
    (26, "Amara", "For those new to this: the strongback leans away about four minutes before liftoff. Watch for the white cloud.", []),
    (31, "@Marta", "HOLD at T−8:00. A fishing boat is inside the exclusion zone. The window is 90 minutes, so there is time.", [(32, "Tomasz", "There is always a boat."), (33, "Ines", "Is that normal?"), (34, "@Marta", "Quite. The coast guard is talking to them now."), (39, "Kofi", "I can see it from the pier. It is turning.")]),
    (41, "@Marta", "The boat has left. We lift off 14 minutes from now.", []),
    (43, "Kofi", "Live picture of the pad for those at home: https://example.org/petrel/pad-cam", [(44, "Lena", "Works well, even on the train.")]),
    (47, "@Marta", "Clock running again at T−8:00.", []),
    (51, "@Marta", "Strongback retracting.", [(52, "Amara", "And there is the cloud!")]),
    (54, "@Marta", "T−1:00. Petrel is on internal power. The flight computer is in charge now.", []),
    (55, "@Marta", "LIFTOFF! A clean start, and very bright from here.", [(55, "Ines", "I felt that in my chest."), (55, "Tomasz", "Went straight through the cloud layer, like a lamp through paper."), (56, "Lena", "Applause in coach 7 of the intercity. The conductor joined in.")]),
    (56, "@Marta", "Max Q, the point of greatest load. All pressures nominal.", []),
    (58, "@Marta", "Main engine cut-off, stage separation, second stage lit. Three sentences for what took eleven months to build.", [(58, "Kofi", "Separation was visible with the naked eye, two dots.")]),
    (63, "Amara", "First stage is on its way back: entry burn seen from the pier.", []),
    (66, "@Marta", "Landing confirmed. Upright, a little off the centre of the deck.", [(67, "Tomasz", "A little off the centre is how I park, too.")]),
    (68, "@Marta", "Second stage is coasting now. Next is a second burn of 43 seconds, then payload deployment. Stay with us and ask what you like.", []),
]  # fmt: skip

DERBY: list[Line] = [
    (0, "@Marta", "Kick-off at the Lower Meadow. Rovers in blue from left to right, Athletic in white.", []),
    (7, "Bea", "Rovers press high from the start. Athletic have not crossed the line yet.", []),
    (19, "@Marta", "GOAL! Rovers 1, Athletic 0. Okoro with a header from the second corner.", [(19, "Jonas", "Who was marking him?"), (20, "Bea", "Nobody. That was the idea, surely.")]),
    (33, "@Marta", "Yellow card for Lindqvist, late into the challenge.", []),
    (45, "@Marta", "Half-time. Rovers lead 1–0 and could be further ahead.", []),
    (62, "@Marta", "Double change for Athletic: Moreau and Singh for Abel and Lindqvist.", []),
    (71, "@Marta", "GOAL! 1–1. Singh, nine minutes after he came on, low into the corner.", [(71, "Jonas", "What a first touch.")]),
    (84, "Bea", "It is all Athletic now. The bridge is shaking.", []),
    (90, "@Marta", "Three minutes on top.", []),
    (93, "@Marta", "Full time: Rovers 1, Athletic 1. Thank you for being here; the return match is on 14 March.", [(95, "Jonas", "Thanks for the commentary, it was like being there.")]),
]  # fmt: skip

MOMENTS = {
    "HOLD at": "Hold",
    "LIFTOFF!": "Liftoff",
    "Landing confirmed": "Landing",
    "GOAL! Rovers": "1–0",
    "GOAL! 1–1": "1–1",
}
PINNED = "Second stage is coasting now."
CARDS: dict[str, CardData] = {
    "How cold is it": {
        "kind": "poll",
        "options": ["Below zero", "0 to 10 °C", "Warmer than that", "I am on the sofa"],
        "several": False,
        "results": "voted",
        "votes": [14, 52, 9, 71],
        "voters": 146,
    },
}
"""Beginnings of entries with their labels as key moments, of the pinned entry, and of those that carry something."""


class Command(BaseCommand):
    """Makes the demo events."""

    help = "Create the demo events where they do not exist yet."
    requires_system_checks = QUICK_CHECKS

    @transaction.atomic
    def handle(self, **options: object) -> None:
        """Makes each demo event that does not exist yet."""
        users = get_user_model()
        owner = users.objects.filter(is_superuser=True).order_by("pk").first() or users.objects.create_superuser(
            "owner"
        )
        now = timezone.now().replace(second=0, microsecond=0)

        launch = self.event(
            owner, "petrel-7", "Petrel 7: launch day", now - timedelta(minutes=72), "Europe/Lisbon",
            "The seventh flight of Petrel, seen from the public platform at Cape Sagres. Ask questions; somebody here knows.",
        )  # fmt: skip
        if launch:
            launch.start()
            self.fill(launch, owner, LAUNCH)
        self.event(
            owner, "small-servers", "Talk: a thousand readers on one small server", now + timedelta(days=6, hours=3),
            "Europe/Berlin", "What it takes to keep a page live for a crowd without a crowd of machines. Bring questions.",
        )  # fmt: skip
        derby = self.event(
            owner, "derby", "Rovers v Athletic, the winter derby", now - timedelta(days=8, hours=4), "Europe/London",
            "The 64th derby, called from the bridge end.",
        )  # fmt: skip
        if derby:
            derby.start()
            self.fill(derby, owner, DERBY)
            derby.end()

    def event(
        self, owner: User, slug: str, title: str, starts_at: datetime, time_zone: str, description: str
    ) -> Event | None:
        """A new event, or None if its address exists already."""
        event, made = Event.objects.get_or_create(
            slug=slug,
            defaults={
                "title": title,
                "description": description,
                "starts_at": starts_at,
                "time_zone": time_zone,
                "visibility": Event.Visibility.PUBLIC,
                "owner": owner,
            },
        )
        return event if made else None

    def fill(self, event: Event, owner: User, lines: list[Line]) -> None:
        """Publishes the lines of a play as entries and comments, at their minutes."""
        for minute, name, text, replies in lines:
            card = next((card for words, card in CARDS.items() if text.startswith(words)), None)
            entry = event.publish(name.lstrip("@"), text, card=card, **self.author(event, owner, minute, name))
            for reply_minute, reply_name, reply in replies:
                entry.comment(reply_name.lstrip("@"), reply, **self.author(event, owner, reply_minute, reply_name))
            if label := next((label for words, label in MOMENTS.items() if text.startswith(words)), ""):
                entry.mark(label)
            if text.startswith(PINNED):
                entry.pin()

    def author(self, event: Event, owner: User, minute: int, name: str) -> dict[str, Any]:
        """The author and the time of a line, as keyword arguments of the verbs."""
        return {"user": owner if name.startswith("@") else None, "at": event.starts_at + timedelta(minutes=minute)}
