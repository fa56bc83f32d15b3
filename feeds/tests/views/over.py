"""Pages of an event that is over: their forms and requests."""

from feeds.tests.helpers import elements

REST = "This event is over. If it is reopened, this page updates automatically."


def forms(html):
    """Forms and buttons that can send something, without the jump to a time."""
    found = [(tag, dict(attrs)) for tag, attrs in elements(html)]
    return [
        given
        for tag, given in found
        if (tag == "form" and given.get("method") == "post") or (tag == "button" and "form" in given)
    ]


def asks(html):
    """Requests that a page makes by itself: its sockets, and those on a clock or when the socket opens."""
    found = [dict(attrs) for _, attrs in elements(html)]
    return [attrs for attrs in found if "hx-ws:connect" in attrs or "every" in attrs.get("hx-trigger", "")]


def paths_of(event):
    return [event.get_absolute_url(), f"{event.get_absolute_url()}?before=9", event.entries.get().permalink]


def asked(client, path, status):
    answer = client.get(path)
    assert (answer.status_code, "Set-Cookie" in answer) == (status, False)
    return answer


def question(html):
    return asks(html)[0]["hx-get"]
