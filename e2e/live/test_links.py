"""Links that open an account, followed by many at one moment, in whichever process: on SQLite and on PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from e2e.deployment import Deployment
from e2e.protocol.visitor import Visitor

MANY = 12
MAKE = """
from django.contrib.auth.models import User
from feeds.models import Link
user = User.objects.get_or_create(username={name!r})[0]
print(*[Link.make({kind!r}, user) for _ in range({number})])
"""
SESSIONS = """
from feeds.models import Link, SignIn
print(SignIn.objects.filter(user__username={name!r}).count(), Link.objects.filter(user__username={name!r}).count())
"""


def at_once(deployment: Deployment, act: Callable[[Visitor, int], int]) -> list[int]:
    """Answers to many visitors at once, spread over the processes."""
    people = [Visitor(deployment.urls[number % len(deployment.urls)]) for number in range(MANY)]
    for each in people:
        each.fetch_token()
    with ThreadPoolExecutor(MANY) as together:
        return sorted(together.map(act, people, range(MANY)))


@pytest.mark.parametrize("number", [1, MANY], ids=["one link", "many links to one account"])
def test_of_many_who_sign_in_by_a_link_at_once_one_does(deployment: Deployment, slug: str, number: int) -> None:
    tokens = deployment.shell(MAKE.format(name=slug, kind="sign-in", number=number)).split()
    assert {Visitor(url).get(f"/sign-in/{token}/").status for url in deployment.urls for token in tokens[-2:]} == {200}
    statuses = at_once(
        deployment, lambda visitor, n: visitor.post(f"/sign-in/{tokens[n % number]}/", htmx=False).status
    )
    assert statuses == [302] + [403] * (MANY - 1)
    assert deployment.shell(SESSIONS.format(name=slug)).split() == ["1", "0"]


def test_of_many_who_set_a_password_by_a_link_at_once_one_does(deployment: Deployment, slug: str) -> None:
    (token,) = deployment.shell(MAKE.format(name=slug, kind="reset", number=1)).split()

    def sets(visitor: Visitor, number: int) -> int:
        new = f"grandstand-{number}"
        return visitor.post(f"/password/{token}/", htmx=False, new_password1=new, new_password2=new).status

    assert at_once(deployment, sets) == [302] + [410] * (MANY - 1)
