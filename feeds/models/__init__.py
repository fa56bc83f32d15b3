"""Events, entries and comments, and the verbs that change them.

Every change takes the next number of its event (the event's *head*) under the event's row lock. It stamps the
number on the changed row as `seq`, in the same transaction. Readers are woken after the commit. The changes that a
browser has missed, for whatever reason, are then those with `seq > cursor`. `save()` has no side effects: only the
verbs reach readers.
"""

import feeds.models.accounts.deactivation  # noqa: F401  (listens to accounts being saved)
from feeds.models.accounts.bylines import Byline
from feeds.models.accounts.invitations import FOR_MAX, Invitation, Spent
from feeds.models.accounts.links import Link
from feeds.models.accounts.sign_ins import SignIn
from feeds.models.event.branding import LOGO_ALT_MAX, LOGO_TYPE, Picture, validate_accent
from feeds.models.event.events import STATUS_LINE_MAX, Event, FormerSlug, Logo
from feeds.models.event.history import Gone, Overtaken, sole
from feeds.models.event.posting import Closed
from feeds.models.event.presence import Presence
from feeds.models.event.schedule import validate_time_zone
from feeds.models.limits.attempts import Attempt
from feeds.models.limits.networks import NetworkKey
from feeds.models.limits.rates import TooOften, in_words, require_few_changes, submission_digest
from feeds.models.limits.retention import tidy
from feeds.models.moderation.bans import NOTE_MAX, Ban
from feeds.models.moderation.claims import Claim
from feeds.models.moderation.erasure import Traces
from feeds.models.moderation.log import UNDO, Act
from feeds.models.moderation.reports import Report
from feeds.models.moderation.reviews import TOGETHER, Reviewed
from feeds.models.moderation.verbs import Verb
from feeds.models.post.drafts import Draft
from feeds.models.post.entries import Comment, Entry
from feeds.models.post.headings import HEADLINE_MAX, LABEL_MAX, MINUTE_MAX
from feeds.models.post.pictures import PictureFile, Pictures
from feeds.models.post.polls import Poll, Vote
from feeds.models.post.posts import (
    AUTHOR_MAY_CHANGE_FOR,
    COMMENT_MAX,
    ENTRY_MAX,
    Post,
)
from feeds.models.post.reactions import DEFAULT_KINDS, KINDS, KINDS_MAX, Reaction, Tally
from feeds.models.post.states import PostState
from feeds.models.post.words import NAME_MAX

__all__ = [
    "AUTHOR_MAY_CHANGE_FOR",
    "COMMENT_MAX",
    "DEFAULT_KINDS",
    "ENTRY_MAX",
    "FOR_MAX",
    "HEADLINE_MAX",
    "KINDS",
    "KINDS_MAX",
    "LABEL_MAX",
    "LOGO_ALT_MAX",
    "LOGO_TYPE",
    "MINUTE_MAX",
    "NAME_MAX",
    "NOTE_MAX",
    "STATUS_LINE_MAX",
    "TOGETHER",
    "UNDO",
    "Act",
    "Attempt",
    "Ban",
    "Byline",
    "Claim",
    "Closed",
    "Comment",
    "Draft",
    "Entry",
    "Event",
    "FormerSlug",
    "Gone",
    "Invitation",
    "Link",
    "Logo",
    "NetworkKey",
    "Overtaken",
    "Picture",
    "PictureFile",
    "Pictures",
    "Poll",
    "Post",
    "PostState",
    "Presence",
    "Reaction",
    "Report",
    "Reviewed",
    "SignIn",
    "Spent",
    "Tally",
    "TooOften",
    "Traces",
    "Verb",
    "Vote",
    "in_words",
    "require_few_changes",
    "sole",
    "submission_digest",
    "tidy",
    "validate_accent",
    "validate_time_zone",
]
