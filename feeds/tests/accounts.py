"""Accounts of hosts: signing in, the page of an event's people, invitations and links."""

import re
from html import unescape

from django.contrib.auth.models import Permission

PASSWORD = "grandstand-7"
NEW = "touchline-8"
PEOPLE = "/events/match/people/"
ACCOUNT = {"username": "helga", "name": "Helga H.", "password": "grandstand-7"}
MORE = ["another event of his own", "an event of somebody else", "staff", "superuser", "perm"]
"""Rights beyond one event, for `may_do_more`."""
NEW_TWICE = {"new_password1": NEW, "new_password2": NEW}


def with_password(user, email=""):
    """Give an account `PASSWORD` and an address for mail."""
    user.set_password(PASSWORD)
    user.email = email
    user.save()
    return user


def sign_in(client, name="olga", password=PASSWORD, address="192.0.2.1", path="/sign-in/"):
    """Send the sign-in form from this address."""
    return client.post(path, {"username": name, "password": password}, REMOTE_ADDR=address)


def hosts(event):
    """User names of the hosts beside the owner, sorted."""
    return sorted(user.username for user in event.hosts.all())


def path_in(response):
    """Path of the link that an answer shows in a field to copy it from."""
    link = re.search(r'<input id="link" readonly[^>]* value="http://testserver(/[^"]+)"', response.content.decode())
    return link and link[1]


def invited(client, meant_for=""):
    """Make an invitation. Returns the path of its link."""
    response = client.post(f"{PEOPLE}invite/", {"meant_for": meant_for})
    assert response.status_code == 200
    return path_in(response)


def shown(html):
    """The people that a page lists, in order."""
    people = re.findall(r'<li[^>]*class="card person"[^>]*>\s*<p>(.*?)</p>', html, re.S)
    return [unescape(" ".join(re.sub(r"<[^>]*>", "", words).split())) for words in people]


def reset_path(hugo, as_olga):
    """Path of a link that Olga makes for Hugo."""
    return path_in(as_olga.post(f"{PEOPLE}{hugo.pk}/reset/"))


def may_do_more(hugo, more, sam, new_event):
    """Give Hugo, who hosts the match, one of the rights in `MORE`."""
    if more == "another event of his own":
        new_event("his-own", owner=hugo)
    elif more == "an event of somebody else":
        new_event("regatta", owner=sam, hosts=[hugo])
    elif more == "perm":
        hugo.user_permissions.add(Permission.objects.get(codename="change_event"))
    else:
        hugo.is_staff, hugo.is_superuser = more == "staff", more == "superuser"
        hugo.save()
