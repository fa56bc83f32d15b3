"""Blocks of pages that a theme can extend: all that docs/designers.md names, and no others."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from feeds import gallery
from feeds.gallery import contract
from feeds.tests.gallery.conftest import SHIPPED

GUIDE = Path(settings.ROOT, "docs", "designers.md").read_text()
PAGES = {
    name: re.findall(r"`(\w+)`", blocks)
    for name, blocks in re.findall(r"^\| `([\w/]+\.html)` \| ([^|]+) \|$", GUIDE, re.M)
}
IN_HEAD = {"title", "description", "styles", "head", "body_attributes"}
"""Blocks that are not for elements of a page."""


def blocks_of(name):
    """Names of the blocks that a template defines, without those that it fills of another."""
    text = (SHIPPED / name).read_text()
    parent = re.search(r'\{% extends "([^"]+)" %\}', text)
    return set(re.findall(r"\{% block (\w+) %\}", text)) - (every_block_of(parent[1]) if parent else set())


def every_block_of(name):
    text = (SHIPPED / name).read_text()
    parent = re.search(r'\{% extends "([^"]+)" %\}', text)
    return blocks_of(name) | (every_block_of(parent[1]) if parent else set())


def test_the_guide_names_the_blocks_of_the_pages():
    assert len(PAGES) == 8
    assert {name: set(blocks) for name, blocks in PAGES.items()} == {name: blocks_of(name) for name in PAGES}


@pytest.mark.parametrize("name", [name for name in PAGES if name not in {"base.html", "live.html"}])
def test_a_theme_extends_every_block_of_a_page_and_it_stays_live(theme, name):
    blocks = sorted({*PAGES[name], *({"main", "footer"} if not name.startswith("partials") else ())} - IN_HEAD)
    extended = [
        f'{{% block {block} %}}<hr class="of-theme-{block}">{{{{ block.super }}}}{{% endblock %}}' for block in blocks
    ]
    theme(name, text=f'{{% extends "{name}" %}}\n' + "\n".join(extended))
    assert contract.problems(name) == []
    html = "".join(state.render() for state in gallery.states_of(name))
    assert [block for block in blocks if f'<hr class="of-theme-{block}">' not in html] == []
