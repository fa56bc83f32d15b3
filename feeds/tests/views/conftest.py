"""Events and posts that several tests of the views use."""

import pytest


@pytest.fixture(params=["ended", "archived"])
def over(event, request):
    """The match, over, with an entry by Paul and a comment by Rita, both of some minutes ago."""
    event.publish("Paul", "Full time").comment("Rita", "Well played")
    event.configure(state=request.param)
    return event
