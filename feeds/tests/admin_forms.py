"""Forms of the admin, as its pages have them."""

import re
from html import unescape

from feeds.tests.helpers import fetch


def form_on(html):
    """Fields of the admin's form, as it is."""
    fields = {}
    body = re.search(r'<form [^>]*id="\w+_form".*?</form>', html, re.DOTALL)[0]
    for tag in re.findall(r"<input [^>]*>", body):
        given = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if given.get("type") == "checkbox":
            fields |= {given["name"]: "on"} if " checked" in tag else {}
        elif given.get("type") not in {"submit", "file", None} and "name" in given:
            fields[given["name"]] = unescape(given.get("value", ""))
    for name, text in re.findall(r'<textarea name="(\w+)"[^>]*>\n(.*?)</textarea>', body, re.DOTALL):
        fields[name] = text
    for name, options in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', body, re.DOTALL):
        chosen = re.findall(r'<option value="([^"]*)"[^>]* selected', options)
        fields[name] = chosen if name == "hosts" else (chosen or [""])[0]
    return fields


def change(client, model, pk, **fields):
    path = f"/admin/feeds/{model}/{pk}/change/"
    return client.post(path, form_on(fetch(client, path)) | fields)


def act(client, model, action, *posts):
    form = {"action": action, "_selected_action": [post.pk for post in posts], "post": "yes"}
    return client.post(f"/admin/feeds/{model}/", form)


def errors(response):
    lists = re.findall(r'<ul class="errorlist[^"]*"[^>]*>(.*?)</ul>', response.content.decode(), re.DOTALL)
    return [error for found in lists for error in re.findall(r"<li>(.*?)</li>", found)]
