"""Names that a host has posted under: nobody else posts under them."""

from feeds.access.impersonation import refusal
from feeds.models import Byline, Entry, Invitation
from feeds.tests.helpers import form_of, submit

BYLINE = "“Marta” is the name of a host, or too similar to one. Choose another, or sign in if it is yours."


def test_nobody_else_posts_under_a_name_that_a_host_has_posted_under(event, as_olga, as_hugo, rita, elsewhere):
    assert refusal("Marta", event) == ""
    submit(as_olga, event, "Welcome", name="Marta")
    assert [refusal(name, event) for name in ("Marta", "MARTA", "Мarta")] == [
        BYLINE,
        BYLINE.replace("Marta", "MARTA"),
        BYLINE.replace("Marta", "Мarta"),
    ]
    assert refusal("Marta", elsewhere) == ""
    assert form_of(submit(rita, event, "Trust me", name="Marta", htmx=True)) == ("Marta", "Trust me", [BYLINE])
    assert "is the name of another host" in form_of(submit(as_hugo, event, "Me too", name="Marta", htmx=True))[2][0]
    assert submit(as_olga, event, "Still me", name="Marta", htmx=True).status_code == 200
    assert [entry.text for entry in event.entries.visible()] == ["Still me", "Welcome"]


def test_a_byline_stays_protected_whatever_becomes_of_its_post_its_host_and_its_account(event, olga, hugo, as_hugo):
    submit(as_hugo, event, "Hello", name="Marta")
    event.entries.get().retract(by=olga, erase=True)
    event.remove_host(hugo, by=olga)
    hugo.username = "renamed"
    hugo.save()
    assert [bool(refusal(name, event)) for name in ("Marta", "Hugo", "renamed")] == [True, True, False]
    hugo.delete()
    assert [bool(refusal(name, event)) for name in ("Marta", "Hugo")] == [True, True]


def test_names_of_imported_hosts_and_of_invited_people_are_protected(event, olga, new_event):
    copy = new_event("copy")
    post = Entry(name="Marta", text="Hi", by_host=True, position=1, published_at=copy.starts_at)
    guest = Entry(name="Gast", text="Hi", position=2, published_at=copy.starts_at)
    copy.take_in([post, guest])
    assert [bool(refusal(name, copy)) for name in ("marta", "Gast")] == [True, False]
    Invitation.make(event, by=olga, meant_for="Ines")
    Invitation.make(event, by=olga, meant_for="Tom")
    event.invitations.get(meant_for="Tom").withdraw(by=olga)
    assert [bool(refusal(name, event)) for name in ("Ines", "Tom")] == [True, False]


def test_a_host_takes_a_byline_that_a_visitor_had_and_the_visitor_chooses_another(event, as_olga, rita):
    assert submit(rita, event, "I was first", name="Marta", htmx=True).status_code == 200
    assert submit(as_olga, event, "It is my name", name="Marta", htmx=True).status_code == 200
    assert form_of(submit(rita, event, "And now?", name="", htmx=True))[1:] == ("And now?", [BYLINE])
    assert submit(rita, event, "And now?", name="Rita", htmx=True).status_code == 200


def test_names_are_found_by_their_index_however_many_posts_there_are(event, olga, django_assert_num_queries):
    Byline.keep(event, [f"Byline {number}" for number in range(400)], olga)
    with django_assert_num_queries(3):
        assert len(event.protected_names()) < 310
    explained = event.bylines.values_list("name", flat=True)[:300].explain()
    assert "byline_" in explained
