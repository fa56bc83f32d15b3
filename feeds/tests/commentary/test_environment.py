"""The places that settings come from: variables, files of their own for secrets, and `commentary.env`."""

import ast
import os
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from commentary import environment

KEY = "k" * 40
MISSPELT = ["PUBLICURL", "TRUSTED_PROXY", "DATABASE_URI", "SECRETKEY", "redis_url", "ALLOWED_HOST"]
OF_OTHERS = ["LANGUAGE", "HOSTNAME", "MAIL", "REDIS_PORT", "PGPORT", "DEBUG_LEVEL", "DATABASE_HOST"]
WRONG = [(None, "No such file"), (b"", "is empty"), (b"\xff", "is not text"), (b"a" * 70_000, "too long")]


@pytest.fixture(autouse=True)
def here(monkeypatch, tmp_path):
    """The working folder is empty, and no setting is set."""
    for name in {*environment.NAMES, "STATE_DIRECTORY", "CREDENTIALS_DIRECTORY"} & set(os.environ):
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    environment._settings_file.cache_clear()
    yield tmp_path
    environment._settings_file.cache_clear()


def refusal(call, *arguments):
    with pytest.raises(ImproperlyConfigured) as refused:
        call(*arguments)
    return str(refused.value)


def test_settings_read_every_name_there_is_and_no_other():
    tree = ast.parse(Path(environment.__file__).with_name("settings.py").read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    readers = {"_env", "_flag", "_count"}
    read = {call.args[0].value for call in calls if call.func.id in readers and isinstance(call.args[0], ast.Constant)}
    assert read | {"DATA_DIR"} == {name for name in environment.NAMES if not name.endswith("_FILE")}


def test_a_variable_comes_before_the_file_and_the_file_before_the_default(here, monkeypatch):
    assert environment.text("PORT", "8000") == "8000"
    (here / "commentary.env").write_text("# the club's server\nexport PORT=9000\nSITE_NAME='Match day'\nHOST=\n")
    environment._settings_file.cache_clear()
    assert environment.text("PORT", "8000") == "9000"
    assert (environment.text("SITE_NAME"), environment.text("HOST", "127.0.0.1")) == ("Match day", "127.0.0.1")
    monkeypatch.setenv("PORT", " 9001 ")
    assert environment.text("PORT", "8000") == "9001"


def test_the_file_may_be_beside_the_data(here, monkeypatch):
    data = here / "data"
    data.mkdir()
    (data / "commentary.env").write_text("PORT=9100")
    monkeypatch.setenv("STATE_DIRECTORY", str(data))
    assert environment.text("PORT") == "9100"
    assert environment.data_dir() == data


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("PUBLICURL=https://a.example", "line 2: PUBLICURL is not a setting. Did you mean PUBLIC_URL?"),
        ("TRUSTED_PROXY=1", "line 2: TRUSTED_PROXY is not a setting. Did you mean TRUSTED_PROXIES?"),
        ("COLOUR=red", "line 2: COLOUR is not a setting. docs/operating.md lists those that you can set."),
        ("PORT", "line 2 is not a setting: set one a line as NAME=value"),
        ("= 'a", "line 2 is not a setting: set one a line as NAME=value"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_line(here, line, said):
    (here / "commentary.env").write_text(f"HOST=127.0.0.1\n{line}\n")
    assert said in refusal(environment.text, "PORT")


@pytest.mark.parametrize("name", MISSPELT)
def test_a_misspelt_variable_stops_the_start(monkeypatch, name):
    monkeypatch.setenv(name, "1")
    assert f"{name} is not a setting. Did you mean " in refusal(environment.check_names)


@pytest.mark.parametrize("name", OF_OTHERS)
def test_variables_of_others_are_theirs(monkeypatch, name):
    monkeypatch.setenv(name, "1")
    environment.check_names()


def test_a_secret_may_have_a_file_of_its_own(here, monkeypatch):
    (here / "key").write_text(f"{KEY}\n")
    monkeypatch.setenv("SECRET_KEY_FILE", str(here / "key"))
    assert environment.text("SECRET_KEY") == KEY
    monkeypatch.setenv("SECRET_KEY", KEY)
    assert refusal(environment.text, "SECRET_KEY") == "There are both SECRET_KEY and SECRET_KEY_FILE: set one of them."


def test_a_secret_may_be_a_credential_of_systemd(here, monkeypatch):
    (here / "SECRET_KEY").write_text(KEY)
    (here / "PORT").write_text("9000")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(here))
    assert environment.text("SECRET_KEY") == KEY
    assert environment.text("PORT", "8000") == "8000"


@pytest.mark.parametrize(("content", "reason"), WRONG)
def test_a_wrong_file_is_one_sentence_without_the_secret(here, monkeypatch, content, reason):
    if content is not None:
        (here / "key").write_bytes(content)
    monkeypatch.setenv("EMAIL_URL_FILE", str(here / "key"))
    said = refusal(environment.text, "EMAIL_URL")
    assert said.startswith("EMAIL_URL_FILE: ")
    assert reason in said
    assert "aaa" not in said


def test_data_are_where_the_operator_says(here, monkeypatch):
    assert environment.data_dir().name == "var"
    monkeypatch.setenv("DATA_DIR", "data")
    assert "set an absolute path" in refusal(environment.data_dir)
    monkeypatch.setenv("DATA_DIR", str(here / "data"))
    assert environment.data_dir() == here / "data"
