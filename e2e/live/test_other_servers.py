"""The stories of the protocol on every ASGI server that must work: ours, plain Daphne, and uvicorn.

The others lend no connection (`commentary.BROADCAST`) and say no goodbye. Whatever is imported here runs on all three.
"""

# ruff: noqa: F401

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from e2e.deployment import Deployment
from e2e.live.test_access import (
    test_every_refusal_of_a_socket_looks_the_same,
    test_readers_are_put_out_when_an_event_becomes_a_draft_and_its_host_is_not,
    test_somebody_who_is_banned_is_put_out_everywhere_and_told_why,
)
from e2e.live.test_changes import (
    test_a_removed_entry_goes_away_for_every_reader,
    test_an_edited_entry_changes_for_every_reader,
    test_new_entries_reach_readers_in_every_process_exactly_once_and_in_order,
    test_starting_ending_and_closing_an_event_shows_on_every_page,
)
from e2e.live.test_hostile import test_nonsense_on_a_socket_changes_nothing_for_anybody
from e2e.live.test_hostile_requests import (
    test_a_chunked_body_over_64_kib_is_refused_as_too_large,
    test_nobody_says_where_this_site_is,
)
from e2e.live.test_polling import (
    test_a_late_answer_to_a_poll_undoes_nothing_that_came_since,
    test_a_poll_is_answered_with_the_frame_that_the_socket_sends,
)
from e2e.live.test_resume import (
    test_a_page_of_another_history_or_too_far_behind_is_replaced_in_one_frame,
    test_a_page_that_never_says_where_it_is_is_taken_from_its_address,
    test_a_resume_brings_exactly_what_is_missing_in_its_latest_state,
    test_nothing_is_sent_before_the_page_says_where_it_is,
)
from e2e.live.test_stopping import test_readers_of_a_killed_process_miss_nothing_when_it_is_back
from e2e.protocol.reader import ProtocolReader, agree
from e2e.protocol.visitor import Visitor

pytestmark = pytest.mark.parametrize("deployment", ["plain_daphne", "uvicorn"], indirect=True)

READERS = 10


def test_ten_readers_of_a_burst_of_changes_agree(deployment: Deployment, slug: str) -> None:
    with ExitStack() as stack, ThreadPoolExecutor(READERS + 1) as pool:
        live = pool.map(lambda _: ProtocolReader.live(deployment.url, slug), range(READERS))
        readers = [stack.enter_context(reader) for reader in live]
        burst = pool.submit(
            deployment.shell,
            f"event = Event.objects.get(slug={slug!r})\n"
            "for number in range(50):\n"
            "    entry = event.publish('Ann', f'Entry {number}')\n"
            "    comment = entry.comment('Ben', f'Comment {number}')\n"
            "    entry.revise(f'Changed {number}')\n"
            "    entry.retract() if number % 5 == 0 else comment.retract()\n",
        )
        list(pool.map(lambda reader: reader.reaches(200), readers))
        burst.result()
        assert min(len(reader.page.entries) for reader in readers) >= 40
        agree(readers)
