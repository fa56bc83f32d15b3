"""Posts that a host has chosen on the desk, each with the change that the host saw."""

import re
from collections.abc import Iterable

from feeds.forms.cursors import ELEMENT_ID
from feeds.models import TOGETHER

_SEEN = re.compile(rf"({ELEMENT_ID}):([0-9]{{1,18}})")


def seen_in(sent: Iterable[str]) -> dict[str, int]:
    """Numbers of the changes that the host saw, by the ids of the posts: “entry-5:41 entry-6:44”.

    Anything else is ignored, and all beyond the posts that one act can be about.
    """
    found = (match for words in sent for each in words.split() if (match := _SEEN.fullmatch(each)))
    return dict([(match[1], int(match[match.re.groups])) for match in found][:TOGETHER])
