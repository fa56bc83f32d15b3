"""The page of one entry, and what is around it."""

from e2e.deployment import Deployment
from e2e.people.person import Person


def test_the_page_of_an_entry_asks_once_for_each_change_around_it(
    deployment: Deployment, event: str, anna: Person, ben: Person
) -> None:
    """It used to go back to before the change that let it ask, get that again and ask again, without end."""
    ben.opens(event)
    ben.posts("Kick-off")
    anna.opens(event)
    anna.opens_entry("Kick-off")
    anna.is_live()
    asked: list[str] = []
    anna.page.on("request", lambda request: asked.append(request.url) if "again=1" in request.url else None)
    for said in ("A corner", "A save", "Another corner"):
        ben.posts(said)
        anna.sees(said)
    ben.comments("Kick-off", "Off we go")
    anna.sees("Off we go")
    assert 1 <= len(asked) <= 3
