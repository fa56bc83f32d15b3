"""Announcements by screen readers, in Chromium's accessibility tree: each thing once, also on its author's page."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from e2e.deployment import Deployment
from e2e.people.person import Person

# What is looked at here does not depend on how many processes there are.
pytestmark = pytest.mark.parametrize("deployment", ["one_process"], indirect=True)


def tree(person: Person) -> list[dict[str, Any]]:
    """Everything in the page as a screen reader has it: role, name, how it is announced if that changes, and words."""
    session = person.context.new_cdp_session(person.page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    by_id = {node["nodeId"]: node for node in nodes}

    def words(node: dict[str, Any]) -> str:
        if node.get("role", {}).get("value") == "StaticText":
            return str(node["name"]["value"])
        return "".join(words(by_id[child]) for child in node.get("childIds", []) if child in by_id)

    return [
        {
            "role": node["role"]["value"],
            "name": node.get("name", {}).get("value", ""),
            "live": next((each["value"]["value"] for each in node.get("properties", []) if each["name"] == "live"), ""),
            "words": words(node).strip(),
        }
        for node in nodes
        if not node.get("ignored")
    ]


def announced(person: Person) -> list[tuple[str, str]]:
    """Words of live regions, and how urgent they are."""
    return [(each["live"], each["words"]) for each in tree(person) if each["live"] not in {"", "off"} and each["words"]]


def hears(person: Person, words: str) -> None:
    expect(person.page.locator("[role=status], [role=alert], [aria-live]").filter(has_text=words).first).to_be_visible()


def test_a_new_entry_is_announced_once_and_politely(event: str, anna: Person, ben: Person) -> None:
    for person in (anna, ben):
        person.opens(event)
        assert announced(person) == []
    ben.posts("Goal!")
    for person in (anna, ben):
        hears(person, "New entry by Ben")
        assert announced(person) == [("polite", "New entry by Ben")]
    expect(ben.entry_text).to_be_focused()


def test_who_waits_for_a_host_is_told_so_and_what_became_of_it(
    deployment: Deployment, event: str, anna: Person, ben: Person
) -> None:
    deployment.shell(f"Event.objects.get(slug={event!r}).configure(posting='all')")
    for person in (anna, ben):
        person.opens(event)
    ben.posts("Goal!")
    hears(ben, "Waiting for review")
    assert announced(ben) == [("polite", "Waiting for review: only you see this")]
    deployment.shell(f"event = Event.objects.get(slug={event!r})\nevent.waiting()[0].reject(by=event.owner)")
    hears(ben, "A host did not approve this")
    assert announced(ben) == [("polite", "A host did not approve this")]
    assert announced(anna) == []


def test_what_goes_wrong_is_an_alert(event: str, anna: Person, ben: Person) -> None:
    anna.opens(event)
    anna.loses_the_network()
    anna.watch.allowed.append("Failed to fetch")
    anna.page.route("**/entries/", lambda route: route.abort("connectionreset"))
    anna.writes("Still there?", "Anna")
    anna.presses("Post entry")
    hears(anna, "The server cannot be reached.")
    said = "The server cannot be reached. Your text is still in the form. Send it again when you are back online."
    assert announced(anna) == [("assertive", said)]
    ben.opens(event)
    ben.fails_to_post("")
    expect(ben.entry_text).to_be_focused()  # and so its description is read, which is what is wrong
    expect(ben.entry_text).to_have_accessible_description(re.compile("."))
    ben.page.evaluate("document.querySelector('.when-lost').getAnimations().forEach(each => each.finish())")
    assert announced(ben) == [("polite", "Not live at the moment. Trying to reconnect…")]


def test_the_page_has_a_feed_of_articles_and_a_region_for_what_is_pinned(
    deployment: Deployment, event: str, anna: Person, ben: Person
) -> None:
    anna.opens(event)
    ben.opens(event)
    deployment.shell(f"Entry.objects.get(event__slug={event!r}, text='Entry 2').pin()")
    ben.comments("Entry 3", "A remark")
    anna.sees("A remark")
    expect(anna.pinned).to_be_visible()
    structure = [(each["role"], each["name"]) for each in tree(anna)]
    for part in (("region", "Pinned"), ("feed", "Entries"), ("link", "Comment · 1")):
        assert part in structure
    named = sorted(name for role, name in structure if role == "article")
    assert [name.split()[0] for name in named] == ["Ann", "Ann", "Ann", "Ben"]
    assert all(re.fullmatch(r"\w+ \d\d:\d\d", name) for name in named)
    assert announced(anna) == []
