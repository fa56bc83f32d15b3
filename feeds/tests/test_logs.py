import logging
import sys

import pytest
from django.db import OperationalError

from commentary.logs import InOneLine


@pytest.mark.parametrize(
    ("problem", "said", "traceback"),
    [
        (
            OperationalError("connection refused\nIs it running?"),
            "Service Unavailable: /x/ (connection refused)",
            False,
        ),
        (ValueError("a mistake of ours"), "Service Unavailable: /x/", True),
    ],
)
def test_a_database_that_is_away_is_one_line_in_the_log(problem, said, traceback):
    try:
        raise problem
    except type(problem):
        record = logging.LogRecord(
            "django.request", logging.ERROR, "", 0, "%s: %s", ("Service Unavailable", "/x/"), sys.exc_info()
        )
    assert InOneLine().filter(record) is True
    assert (record.getMessage(), bool(record.exc_info)) == (said, traceback)
