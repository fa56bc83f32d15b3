"""A text within the limits never makes the server work for long. Counted in steps, not in seconds.

`make costs` measures the same texts in milliseconds.
"""

import sys
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError

from feeds.access import impersonation, readings
from feeds.forms.fields import NameField, TextField
from feeds.models import ENTRY_MAX, NAME_MAX
from feeds.models.moderation.suspicions import addresses_in, blocked_words_in, validate_blocked_words
from feeds.tests.values.adversarial import texts
from feeds.values.links import links_in
from feeds.values.markup import marked_up, written
from feeds.values.words import GROWTH, clean, fold, is_blank, plain, spellings

FEW = "\n".join(["a", "禁", "host", "a.b", "'", "ß"])
READ = [marked_up, written, links_in, addresses_in, clean, is_blank, fold, plain, TextField(limit=ENTRY_MAX).clean]
READ += [lambda text: blocked_words_in(FEW, text)]
READ.append(spellings)


def steps(function, text):
    """Calls of functions, those written in C included, that it takes."""
    count = 0

    def counted(_frame, event, _about):
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(counted)
    try:
        function(text)
    except ValidationError:  # a refusal is an answer as well
        pass
    finally:
        sys.setprofile(None)
    return count


@pytest.fixture(autouse=True, scope="module")
def known_characters():
    """Every character has been seen, as in a process that has run for a while."""
    for _name, text in texts(ENTRY_MAX):
        for function in (fold, plain, is_blank, marked_up):
            function(text)


@pytest.mark.parametrize("function", READ, ids=lambda function: getattr(function, "__name__", "clean"))
def test_twice_the_text_is_about_twice_the_work_and_the_longest_is_little(function):
    far = []
    for name, text in texts(ENTRY_MAX):
        whole = steps(function, text)
        if whole > 60_000 and (whole > 300_000 or whole > 3 * steps(function, text[: len(text) // 2])):
            far.append((name, whole))
    assert far == []


def test_a_name_of_any_kind_is_judged_in_few_steps():
    hosts = {"Olga Petrova", "hugo", "主持", "x" * 150, "\ufdfa" * 60}
    event = SimpleNamespace(protected_names=lambda: hosts)
    impersonation.judge("Paul", event)
    dear = [
        (name, count)
        for name, text in texts(NAME_MAX)
        if (count := steps(lambda name: impersonation.judge(name, event), text)) > 40_000
    ]
    assert dear == []


def test_what_is_compared_is_bounded_after_it_was_taken_apart():
    longest = max(len(fold(text)) for _name, text in texts(ENTRY_MAX))
    assert longest <= GROWTH * ENTRY_MAX
    looks = [look for _name, text in texts(NAME_MAX) for look in readings.looks(text) | readings.loose_looks(text)]
    assert max(map(len, looks)) <= 2 * readings.LOOK_MAX


def test_the_dearest_list_of_words_costs_one_search_for_each():
    for _name, text in texts(4000):
        blocked = "\n".join(text[at : at + 2] for at in range(0, 4000, 2))
        words = {word for line in blocked.split("\n") if (word := fold(line))}
        blocked_words_in(blocked, "warm")
        assert steps(lambda text, blocked=blocked: blocked_words_in(blocked, text), "a b " * 500) < len(words) + 9000
        steps(validate_blocked_words, blocked)


def test_a_text_that_is_far_too_long_is_refused_before_it_is_read():
    field = NameField()
    assert steps(field.clean, "a" * 60_000) < 3000
    assert steps(field.clean, "\ufdfa" * 20_000) < 3000
