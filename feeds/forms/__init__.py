"""Everything that comes from outside is checked here."""

from feeds.forms.cursors import Cursor, parse_position
from feeds.forms.documents import DOCUMENT_MAX_MB, ImportForm
from feeds.forms.events import TIME_ZONES, EventForm
from feeds.forms.fields import NameField, TextField, WrittenField
from feeds.forms.owner import DeleteForm, EraseForm, FindForm
from feeds.forms.posts import BanForm, CommentForm, EntryForm, PostForm, ReviseForm

__all__ = [
    "DOCUMENT_MAX_MB",
    "TIME_ZONES",
    "BanForm",
    "CommentForm",
    "Cursor",
    "DeleteForm",
    "EntryForm",
    "EraseForm",
    "EventForm",
    "FindForm",
    "ImportForm",
    "NameField",
    "PostForm",
    "ReviseForm",
    "TextField",
    "WrittenField",
    "parse_position",
]
