"""Everything that the database holds, and the messages beside fields."""

import re

from django.db import connection


def errors(response):
    """The messages next to fields, by the id of the field."""
    html = response.content.decode()
    return dict(re.findall(r'<p class="error" id="(\w+)_error">(.*?)</p>', html))


def everything_stored():
    """All that the tables of the product hold, as text."""
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names() if name.startswith("feeds_")]
        rows = []
        for name in tables:
            cursor.execute(f"SELECT * FROM {name}")
            rows += cursor.fetchall()
    return repr(rows)


def found(html):
    """The posts that were found: who, and the link to erase them."""
    names = re.findall(r'<p class="by"><bdi class="name">(.*?)</bdi>', html)
    return list(zip(names, re.findall(r'<p><a href="([^"]*)">Erase posts by this visitor', html), strict=True))
