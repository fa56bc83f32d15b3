"""Reports by readers: once each, together they hide a post, and hosts' decisions make them count more or less."""

from datetime import timedelta
from ipaddress import ip_address

import pytest
from django.core.management import call_command
from django.utils import timezone

from feeds.models import Act, Closed, Entry, Event, Gone, Overtaken, Report, TooOften
from feeds.models.moderation import reports

RITA, PAUL, ZOE, EVE = (letter * 32 for letter in "rpze")


@pytest.fixture(params=["entry", "comment"])
def post(request, event):
    """A post by Eve, of each kind."""
    entry = event.publish("Eve", "Buy", visitor=EVE)
    return entry if request.param == "entry" else entry.comment("Eve", "Buy now", visitor=EVE)


def again(post):
    """The post as it is in the database now."""
    return type(post).objects.get(pk=post.pk)


def file(post, visitor, network=""):
    """Report a post from a network of the visitor's own, unless another is given."""
    return Event.objects.get(pk=post.event_id).reports.file(again(post), visitor=visitor, network=network or visitor)


def open_now(event):
    return Event.objects.get(pk=event.pk).reports.numbers()


def test_a_visitor_reports_a_post_once(post):
    assert [file(post, RITA), file(post, RITA), file(post, PAUL)] == [True, False, True]
    assert open_now(post.event) == {post.element_id: 2}
    assert again(post).is_shown


def test_the_gravest_come_first(event):
    few, many = (event.publish("Eve", text, visitor=EVE) for text in ("One", "Two"))
    file(few, RITA)
    file(many, RITA)
    file(many, PAUL)
    assert list(open_now(event)) == [many.element_id, few.element_id]


def test_so_many_reports_from_different_networks_hide_it(post):
    post.event.configure(report_limit=2)
    file(post, RITA, "here")
    file(post, PAUL, "here")
    assert again(post).is_shown
    file(post, ZOE, "there")
    assert (again(post).state, again(post).hold_reason) == ("waiting", "Reported by readers.")
    assert str(Act.objects.get()) == f"Commentary hid the {post.kind} by Eve, which readers had reported"
    with pytest.raises(Gone):
        file(post, "y" * 32)


def test_without_a_limit_nothing_is_hidden(post):
    for number in range(12):
        file(post, f"{number:032}")
    assert again(post).is_shown


def test_a_host_who_keeps_it_settles_the_reports(post, hugo, olga):
    post.event.configure(report_limit=2)
    file(post, RITA)
    post.event.keep(post, by=hugo)
    assert open_now(post.event) == {}
    assert str(Act.objects.get()) == f"hugo kept the {post.kind} by Eve, which readers had reported"
    post.event.keep(post, by=hugo)  # once more
    with pytest.raises(Overtaken, match="hugo has already kept this"):
        post.event.keep(post, by=olga)
    assert file(post, RITA) is False
    file(post, PAUL)
    assert again(post).is_shown


def test_what_was_hidden_comes_back_by_approval_and_counts_from_nothing(post, hugo):
    post.event.configure(report_limit=1)
    file(post, RITA)
    again(post).approve(by=hugo)
    assert (open_now(post.event), again(post).is_shown) == ({}, True)
    file(post, PAUL)
    assert not again(post).is_shown


@pytest.mark.parametrize("decide", ["retract", "ban"])
def test_removing_it_settles_the_reports_and_undoing_that_opens_them_again(post, hugo, decide):
    file(post, RITA)
    if decide == "retract":
        again(post).retract(by=hugo)
    else:
        post.event.ban(post, by=hugo, remove=True)
    assert open_now(post.event) == {}
    assert Report.objects.get().outcome == "upheld"
    post.event.acts.first().undo(by=hugo)
    assert (open_now(post.event), again(post).is_shown) == ({post.element_id: 1}, True)


def test_undoing_that_it_was_kept_opens_the_reports_again(post, hugo):
    file(post, RITA)
    post.event.keep(post, by=hugo)
    post.event.acts.first().undo(by=hugo)
    assert open_now(post.event) == {post.element_id: 1}


def test_undoing_that_it_was_approved_opens_them_too(post, hugo):
    post.event.configure(report_limit=1)
    file(post, RITA)
    again(post).approve(by=hugo)
    post.event.acts.first().undo(by=hugo)
    assert (open_now(post.event), again(post).state) == ({post.element_id: 1}, "waiting")


def test_false_reporters_count_less_and_true_ones_as_before(event, hugo):
    posts = [event.publish("Eve", f"{number}", visitor=EVE) for number in range(4)]
    event.configure(report_limit=2)
    file(posts[3], RITA)
    for post in posts[:2]:
        file(post, RITA)
        event.keep(post, by=hugo)
    assert Report.objects.get(post=posts[3].element_id).weight == 0.25
    file(posts[3], PAUL)
    assert again(posts[3]).is_shown
    file(posts[2], RITA)
    again(posts[2]).retract(by=hugo)
    assert Report.objects.get(post=posts[3].element_id, visitor=RITA).weight == 0.5
    event.acts.filter(verb="kept").first().undo(by=hugo)
    assert Report.objects.get(post=posts[3].element_id, visitor=RITA).weight == 1


def test_false_reports_in_one_event_say_nothing_about_another(event, new_event, hugo):
    here = event.publish("Eve", "One", visitor=EVE)
    there = new_event("other").publish("Eve", "Two", visitor=EVE)
    file(here, RITA)
    event.keep(here, by=hugo)
    file(there, RITA)
    assert Report.objects.get(event=there.event).weight == 1


def test_what_cannot_be_reported(event, olga):
    by_host = event.publish("Olga", "Welcome", user=olga)
    own, removed = (event.publish("Rita", text, visitor=RITA) for text in ("Mine", "Gone"))
    under = removed.comment("Eve", "Buy", visitor=EVE)
    removed.retract(by=olga)
    for post, error in ((by_host, Closed), (own, Closed), (removed, Gone), (under, Gone)):
        with pytest.raises(error):
            file(post, RITA)
    event.end()
    with pytest.raises(Closed, match="has ended"):
        file(own, PAUL)


def test_a_blocked_network_cannot_report(event):
    post = event.publish("Eve", "Buy", visitor=EVE)
    event.configure(blocked_networks="127.0.0.0/8")
    with pytest.raises(Closed, match="Reports from your network are blocked here"):
        event.reports.file(again(post), visitor=RITA, network="n", address=ip_address("127.0.0.1"))


def test_a_visitor_and_a_network_have_limits(event, monkeypatch):
    monkeypatch.setattr(reports, "BY_VISITOR", 2)
    monkeypatch.setattr(reports, "BY_NETWORK", 4)
    posts = [event.publish("Eve", f"{number}", visitor=EVE) for number in range(3)]
    file(posts[0], RITA, "here")
    file(posts[1], RITA, "here")
    with pytest.raises(TooOften, match="You are reporting very fast"):
        file(posts[2], RITA, "here")
    file(posts[0], PAUL, "here")
    file(posts[1], PAUL, "here")
    with pytest.raises(TooOften):
        file(posts[0], ZOE, "here")
    file(posts[0], ZOE, "there")


def test_erasing_a_visitor_erases_their_reports_and_those_of_their_posts(event, olga):
    eves, ritas = event.publish("Eve", "Buy", visitor=EVE), event.publish("Rita", "Hello", visitor=RITA)
    file(eves, RITA)
    file(eves, PAUL)
    file(ritas, PAUL)
    event.erase_visitor(RITA, by=olga)
    assert list(Report.objects.values_list("post", "visitor")) == [(eves.element_id, PAUL)]
    eves.retract(erase=True)
    assert not Report.objects.exists()


def test_networks_are_forgotten_after_a_month(event):
    file(event.publish("Eve", "Buy", visitor=EVE), RITA)
    file(event.publish("Eve", "Buy more", visitor=EVE), PAUL)
    Report.objects.filter(visitor=RITA).update(at=timezone.now() - timedelta(days=30))
    call_command("tidy")
    assert dict(Report.objects.values_list("visitor", "network")) == {RITA: "", PAUL: PAUL}


def test_a_deleted_event_takes_its_reports_along(event):
    file(event.publish("Eve", "Buy", visitor=EVE), RITA)
    event.destroy()
    assert (Report.objects.exists(), Entry.objects.exists()) == (False, False)
