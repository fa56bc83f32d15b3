"""Hosts who come at once, and hosts who are let go while they are connected."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from e2e.deployment import Deployment
from e2e.live.test_access import is_put_out
from e2e.protocol.reader import ProtocolReader
from e2e.protocol.visitor import Visitor

# On the deployment where more can go wrong; the paths are the same.
pytestmark = pytest.mark.parametrize("deployment", ["two_processes"], indirect=True)


def test_of_many_who_accept_one_invitation_at_once_one_hosts(deployment: Deployment, slug: str) -> None:
    token = deployment.shell(
        "from feeds.models import Invitation\n"
        f"event = Event.objects.get(slug={slug!r})\nprint(Invitation.make(event, by=event.owner))"
    ).strip()
    people = [Visitor(deployment.urls[number % len(deployment.urls)]) for number in range(6)]
    for each in people:
        each.fetch_token()

    def accepts(number: int) -> int:
        fields = {"username": f"{slug}-{number}", "name": "", "password": "grandstand-7"}
        return people[number].post(f"/invitations/{token}/", htmx=False, **fields).status

    with ThreadPoolExecutor(len(people)) as at_once:
        statuses = list(at_once.map(accepts, range(len(people))))
    assert sorted(statuses) == [302, 410, 410, 410, 410, 410]
    made = deployment.shell(
        "from django.contrib.auth.models import User\n"
        f"event = Event.objects.get(slug={slug!r})\n"
        f"print(sorted(User.objects.filter(username__startswith='{slug}-').values_list('username', flat=True)))\n"
        "print(sorted(event.hosts.values_list('username', flat=True)))"
    ).split("\n")
    assert made[0] == made[1] == str([f"{slug}-{statuses.index(302)}"])


def test_of_many_wrong_passwords_at_once_five_are_looked_at(deployment: Deployment, slug: str) -> None:
    people = [Visitor(deployment.urls[number % len(deployment.urls)]) for number in range(16)]
    for each in people:
        each.fetch_token()

    def guesses(visitor: Visitor) -> int:
        return visitor.post("/sign-in/", htmx=False, username=f"nobody-{slug}", password="wrong").status

    try:
        with ThreadPoolExecutor(len(people)) as at_once:
            statuses = list(at_once.map(guesses, people))
        assert sorted(statuses) == [200] * 5 + [429] * 11
    finally:  # everybody else comes from this address as well
        deployment.shell("from feeds.models import Attempt\nAttempt.objects.all().delete()")


def test_a_host_of_a_draft_who_is_removed_is_put_out_of_it(deployment: Deployment, new_slug: str) -> None:
    slug = deployment.event(new_slug, visibility="draft")
    deployment.shell(
        "from django.contrib.auth.models import User\n"
        f"user = User.objects.create_user('helper-of-{slug}', password='grandstand-7')\n"
        f"Event.objects.get(slug={slug!r}).hosts.add(user)"
    )
    olga = Visitor(deployment.url).sign_in()
    helper = Visitor(deployment.urls[-1]).sign_in(f"helper-of-{slug}", "grandstand-7")
    with ProtocolReader.live(olga.url, slug, olga) as stays, ProtocolReader.live(helper.url, slug, helper) as goes:
        seq = olga.publish(slug, "A rehearsal")
        for reader in (stays, goes):
            reader.reaches(seq)
        deployment.shell(
            f"event = Event.objects.get(slug={slug!r})\n"
            "event.remove_host(event.hosts.get(), by=event.owner)\nevent.publish('Olga', 'A secret', user=event.owner)"
        )
        is_put_out(goes)
        assert "A secret" not in "".join(goes.frames)
        stays.reaches(olga.publish(slug, "Another rehearsal"))
        assert stays.page.texts == ["Another rehearsal", "A secret", "A rehearsal"]


def test_a_host_who_signs_out_is_put_out_of_a_draft(deployment: Deployment, new_slug: str) -> None:
    slug = deployment.event(new_slug, visibility="draft")
    leaves, stays = Visitor(deployment.urls[-1]).sign_in(), Visitor(deployment.url).sign_in()
    with ProtocolReader.live(leaves.url, slug, leaves) as held, ProtocolReader.live(stays.url, slug, stays) as other:
        leaves.post("/sign-out/")
        assert held.is_closed() == 1012  # so that its page asks who it is now
        other.reaches(stays.publish(slug, "A secret"))
        assert "A secret" not in "".join(held.frames)
