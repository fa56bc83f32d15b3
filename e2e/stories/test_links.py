"""Links that open an account, in the hands of people: somebody else's mail program looks first."""

import re

import pytest
from playwright.sync_api import expect

from e2e.deployment import Deployment
from e2e.people.person import Person

pytestmark = pytest.mark.parametrize("deployment", ["one_process"], indirect=True)


def helper_of(event: str, deployment: Deployment) -> str:
    """A host of the event who has a password that nobody remembers."""
    name = f"helper-of-{event}"
    deployment.shell(
        "from django.contrib.auth.models import User\n"
        f"user = User.objects.create_user({name!r}, password='forgotten battery')\n"
        f"Event.objects.get(slug={event!r}).hosts.add(user)"
    )
    return name


def is_signed_in_as(person: Person, name: str) -> None:
    expect(person.page.get_by_role("navigation", name="Account").get_by_role("link", name=name)).to_be_visible()


def test_a_sign_in_link_waits_for_its_button(event: str, deployment: Deployment, anna: Person, ben: Person) -> None:
    name = helper_of(event, deployment)
    found = re.search(r"(/sign-in/\S+)", deployment.manage("sign_in_link", name))
    assert found
    ben.goes_to(found[1])  # who has no business with it, and looks only
    anna.goes_to(found[1])
    anna.reads("This link signs you in")
    anna.presses(f"Sign in as {name}")
    is_signed_in_as(anna, name)
    ben.is_refused(403)
    ben.presses(f"Sign in as {name}")
    ben.reads("This sign-in link has been used")
    expect(ben.page.get_by_role("button", name="Sign out")).to_have_count(0)


def test_an_owner_helps_a_host_to_a_new_password(
    event: str, deployment: Deployment, olga: Person, anna: Person
) -> None:
    name = helper_of(event, deployment)
    olga.goes_to(f"/events/{event}/people/")
    olga.page.locator("summary").filter(has_text=re.compile("password", re.IGNORECASE)).click()
    olga.page.get_by_role("button", name="Create reset link").click()
    link = olga.page.get_by_role("textbox", name=re.compile("link", re.IGNORECASE)).first.input_value()
    path = re.sub("^https?://[^/]+", "", link)
    anna.is_refused(403)
    anna.goes_to(path.replace("/password/", "/sign-in/"))
    anna.reads("This sign-in link has been used")
    anna.goes_to(path)
    for field in anna.page.get_by_label(re.compile("^New password")).all():
        field.fill("touchline-8")
    anna.presses("Set password")
    anna.reads("Your new password is set.")
    anna.page.get_by_label("Username").fill(name)
    anna.page.get_by_label("Password").fill("touchline-8")
    anna.presses("Sign in")
    is_signed_in_as(anna, name)
