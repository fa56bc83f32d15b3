"""Files in composers: the routes to which a composer with pictures is sent."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from feeds.forms.pictures import FILE_MAX_MB
from feeds.models.post.pictures import PICTURES_MAX
from feeds.views.body_limits import MEGABYTE, takes_files

TOO_LARGE = format_lazy(
    gettext_lazy("A picture can be at most {limit} MB, and you must be signed in to send one. Go back and try again."),
    limit=FILE_MAX_MB,
)
# A little more than all pictures, so that the form can say which one is too large.
takes_pictures = takes_files((PICTURES_MAX * FILE_MAX_MB + 2) * MEGABYTE, TOO_LARGE)
