"""The commands: preparing, demo content, posting, sign-in links."""

import re
from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db.migrations.recorder import MigrationRecorder

from feeds.models import Comment, Entry, Event
from feeds.tests.helpers import fetch


def run(*arguments, **options):
    out = StringIO()
    call_command(*arguments, stdout=out, **options)
    return out.getvalue()


def refusal(*arguments, **options):
    """The message of a refused command, which must be one line."""
    with pytest.raises(CommandError) as refused:
        run(*arguments, **options)
    (line,) = str(refused.value).splitlines()
    return line


def counts():
    return get_user_model().objects.count(), Event.objects.count(), Entry.objects.count(), Comment.objects.count()


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR = tmp_path / "var"
    settings.HOST, settings.PORT, settings.PUBLIC_URL = "127.0.0.1", 8000, ""


def test_prepare_makes_an_owner_and_demo_content_once(db, rita):
    said = run("prepare")
    path = re.fullmatch(r"You are the owner\. Sign in once with http://127\.0\.0\.1:8000(/sign-in/\S+)\n", said)[1]
    made = counts()
    assert made[:2] == (1, 3)
    assert run("prepare") == ""
    assert counts() == made
    assert "Sign in as <bdi>owner</bdi>" in fetch(rita, path)
    assert rita.post(path)["Location"] == "/password/"
    assert ">owner</a>" in fetch(rita, "/")


def test_setup_makes_an_owner_and_no_demo_and_prints_no_secret(db, rita):
    assert run("setup") == "You are the owner. Print a link to sign in once with: manage.py sign_in_link\n"
    assert counts() == (1, 0, 0, 0)
    assert run("setup") == ""
    (path,) = re.findall(r"http://127\.0\.0\.1:8000(/sign-in/\S+)\n", run("sign_in_link"))
    assert "Sign in as <bdi>owner</bdi>" in fetch(rita, path)


def test_setup_refuses_the_database_of_a_newer_version(db):
    MigrationRecorder.Migration.objects.create(app="feeds", name="9999_later")
    assert "made by a newer version of Commentary (it has 9999_later)" in refusal("setup")
    assert counts() == (0, 0, 0, 0)


def test_prepare_leaves_what_is_there_alone(event):
    before = counts()
    assert run("prepare") == ""
    assert counts() == before


def test_prepare_says_in_one_line_that_it_cannot_write(settings, tmp_path, db):
    (tmp_path / "file").write_text("")
    settings.VAR = tmp_path / "file" / "var"
    assert refusal("prepare") == f"Cannot write to {settings.VAR} (Not a directory): make that folder writable."
    assert counts() == (0, 0, 0, 0)


def test_demo_events_are_one_live_one_to_come_and_one_over(db, rita):
    run("demo")
    states = {event.slug: event.state for event in Event.objects.all()}
    assert sorted(states.values()) == ["ended", "live", "scheduled"]
    for event in Event.objects.all():
        numbers = [post.position for model in (Entry, Comment) for post in model.objects.filter(event=event)]
        assert len(set(numbers)) == len(numbers)
        html = fetch(rita, event.get_absolute_url())
        assert all(entry.element_id in html for entry in Entry.objects.filter(event=event))
    home = fetch(rita, "/")
    assert all(title in home for title in ("Live now", "Coming up", "Past events"))


def test_demo_events_are_made_once_and_changed_never(db):
    run("demo")
    event = Event.objects.get(state="live")
    event.configure(title="Mine now")
    before = counts()
    run("demo")
    event.refresh_from_db()
    assert (counts(), event.title) == (before, "Mine now")


def test_a_demo_event_that_was_removed_comes_back_and_the_owner_is_the_present_one(admin):
    run("demo")
    Event.objects.get(state="ended").delete()
    run("demo")
    assert {event.owner for event in Event.objects.all()} == {admin}
    assert counts()[:2] == (1, 3)


def test_post_adds_an_entry(event, head):
    said = run("post", "match", " Goal!\r\n1–0 ", name="Paul")
    entry = Entry.objects.get()
    assert (entry.name, entry.text, entry.by_host, entry.seq, head(event)) == ("Paul", "Goal!\n1–0", False, 1, 1)
    assert said == f"Entry {entry.pk} is change 1 of “match”.\n"


def test_post_says_in_one_line_what_is_wrong(event):
    assert refusal("post", "nothing", "Goal!", name="Paul") == "There is no event with the address “nothing”."
    assert refusal("post", "match", " ", name="Paul") == "text: Write something first."
    assert refusal("post", "match", "Goal!", name="\u200b") == "name: Enter the name to post under."
    both = refusal("post", "match", "t" * 2001, name="n" * 61)
    assert set(both.split("; ")) == {
        "text: This has 2,001 characters and the limit is 2,000: shorten it by 1.",
        "name: This has 61 characters and the limit is 60: shorten it by 1.",
    }
    assert "Some characters did not arrive as valid UTF-8." in refusal("post", "match", "caf\udce9", name="Paul")
    event.end()
    over = "This event has ended, so nothing can be added."
    assert refusal("post", "match", "Goal!", name="Paul") == over
    assert Entry.objects.count() == 0


def test_a_sign_in_link_works_once(olga, rita, paul):
    path = run("sign_in_link", "olga").strip().removeprefix("http://127.0.0.1:8000")
    assert rita.post(path).status_code == 302
    assert ">olga</a>" in fetch(rita, "/")
    assert paul.post(path).status_code == paul.get(path).status_code == 403


@pytest.mark.parametrize(
    ("host", "public_url", "start"),
    [
        ("127.0.0.1", "", "http://127.0.0.1:8000/sign-in/"),
        ("0.0.0.0", "", "http://127.0.0.1:8000/sign-in/"),
        ("::", "", "http://[::1]:8000/sign-in/"),
        ("::1", "", "http://[::1]:8000/sign-in/"),
        ("127.0.0.1", "https://live.example.org", "https://live.example.org/sign-in/"),
    ],
)
def test_a_sign_in_link_can_be_followed_from_here(olga, settings, host, public_url, start):
    settings.HOST, settings.PUBLIC_URL = host, public_url
    assert run("sign_in_link", "olga").startswith(start)


def test_there_is_no_sign_in_link_for_nobody_or_an_inactive_user(olga):
    olga.is_active = False
    olga.save()
    assert refusal("sign_in_link") == "There is no active user “owner”."
    assert refusal("sign_in_link", "olga") == "There is no active user “olga”."
