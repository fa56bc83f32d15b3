"""The doctor's findings where nothing but this process is needed."""

import os
import socket
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from commentary import doctors
from feeds.management import examination


@pytest.fixture
def found(settings, tmp_path, db):
    """Gives the findings of an examination, by what they are about."""
    settings.VAR, settings.SECRET_KEY_FILE, settings.PUBLIC_URL = tmp_path, None, ""
    settings.HOST = "127.0.0.1"
    return lambda: {finding.about: finding for finding in examination.examine()}


def test_a_new_installation_has_no_backup_yet_and_nothing_else_to_cure(found):
    assert {about for about, finding in found().items() if finding.cure} == {"Backups"}


def test_a_backup_of_yesterday_is_well_and_one_of_last_week_is_old(found, tmp_path):
    (tmp_path / "backups").mkdir()
    file = tmp_path / "backups" / "commentary-20260101-000000.sqlite3"
    file.touch()
    assert found()["Backups"].cure == ""
    os.utime(file, 2 * ((timezone.now() - timedelta(days=7)).timestamp(),))
    finding = found()["Backups"]
    assert "the newest is 7.0 days old" in finding.said
    assert (bool(finding.cure), finding.is_serious) == (True, False)


def test_services_that_do_not_answer_are_named_with_their_setting(found, settings):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.REDIS_URL = f"redis://127.0.0.1:{port}/0"
        settings.PUBLIC_URL = f"http://127.0.0.1:{port}"
        findings = found()
    assert "EMAIL_URL" in findings["Mail"].cure
    assert "REDIS_URL" in findings["Redis"].cure
    assert "Start the server" in findings["Address"].cure


def test_an_examination_that_fails_hides_no_other(found, monkeypatch):
    monkeypatch.setattr(examination.shutil, "disk_usage", lambda path: 1 / 0)
    findings = found()
    assert "could not be examined" in findings["Disk"].said
    assert "Backups" in findings


def test_a_serious_finding_ends_the_command_with_1(found, settings, capsys):
    call_command("doctor")
    settings.HOST = "0.0.0.0"
    with pytest.raises(SystemExit) as ended:
        call_command("doctor")
    assert ended.value.code == 1
    assert "Set PUBLIC_URL to the address that others use." in capsys.readouterr().out


def test_a_pass_is_of_this_key_and_this_minute(monkeypatch):
    word = doctors.issue()
    assert doctors.is_one(word)
    assert not doctors.is_one("doctor:x:y")
    monkeypatch.setattr(doctors, "SECONDS", -1)
    assert not doctors.is_one(word)
