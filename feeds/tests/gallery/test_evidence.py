"""Evidence beside the states: what axe found, and the last pictures."""

import json
import os
import re
import time

import pytest

from e2e.gallery.studio import Sight
from feeds.gallery import evidence
from feeds.tests.helpers import fetch

BY = "partials/post/by.html"


@pytest.fixture
def var(settings, tmp_path):
    """An empty folder for data."""
    settings.VAR = tmp_path
    return tmp_path


def audited(var, found, *, look="our-own"):
    (var / "axe").mkdir(exist_ok=True)
    (var / "axe" / f"{look}.json").write_text(json.dumps({BY: {"plain": {"at": time.time() - 7200, "found": found}}}))


def pictured(var, commit, content, sight, *, look="our-own"):
    file = var / "pictures" / commit / look / sight.name("dark")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def shown(client, state="plain"):
    return re.sub(r"\s+", " ", fetch(client, f"/design/?only={BY}&state={state}").replace("\xa0", " "))


def test_a_state_says_how_to_check_it_until_axe_has_looked(as_admin, var):
    how = f"<code>make states ONLY={BY}</code>"
    assert how in shown(as_admin)
    audited(var, [])
    page = shown(as_admin)
    assert how not in page
    assert "axe found nothing 2 hours ago" in page
    assert how in shown(as_admin, "a-long-name")  # another state


def test_what_axe_found_stands_beside_the_state_and_is_escaped(as_admin, var, settings):
    audited(var, ["light: color-contrast on .name: 2.1 <b>instead</b> of 4.5"])
    page = shown(as_admin)
    assert '<p class="error">light: color-contrast on .name: 2.1 &lt;b&gt;instead&lt;/b&gt; of 4.5</p>' in page
    assert "axe found this 2 hours ago" in page
    settings.THEME_DIR = var / "match-day"
    assert "axe found" not in shown(as_admin)  # that was in another look


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"partials/post/by.html": {"plain": {}}}', '{"partials/post/by.html": 7}']
)
def test_a_file_of_another_version_says_nothing(var, text):
    audited(var, [])
    (var / "axe" / "our-own.json").write_text(text)
    assert evidence.audits(BY) == {}


def test_a_state_is_shown_beside_its_last_picture(as_admin, var):
    sight = Sight(BY, "plain", 390)
    assert "last picture" not in shown(as_admin)
    pictured(var, "1" * 12, b"older", sight)
    os.utime(var / "pictures" / ("1" * 12) / "our-own", (1, 1))
    pictured(var, "2" * 12, b"newer", sight)
    (address,) = re.findall(r'<img loading="lazy" width="390" [^>]*src="([^"]+)"', shown(as_admin))
    answer = as_admin.get(address)
    assert (answer.content, answer["Content-Type"]) == (b"newer", "image/png")
    assert "last picture" not in shown(as_admin, "a-long-name")


def test_no_other_file_can_be_asked_for(as_admin, client, var):
    pictured(var, "1" * 12, b"picture", Sight(BY, "plain", 390))
    pictured(var, "1" * 12, b"", Sight(BY, "a-long-name", 390))  # says that there is none
    address = f"/design/{BY}/plain/390-dark.png"
    assert as_admin.get(address).status_code == 200
    others = (address.replace("dark", "light"), address.replace("390", "360"), address.replace("plain", "absent"))
    for other in (*others, address.replace("plain", "a-long-name"), address.replace(BY, "../" + BY)):
        assert as_admin.get(other).status_code == 404, other
    assert client.get(address).status_code == 404
