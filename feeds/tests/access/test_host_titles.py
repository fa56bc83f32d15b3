"""Titles of hosts in any language, which no visitor may use as a name."""

import pytest
from django.utils import translation

from feeds.access.host_titles import known_titles
from feeds.access.impersonation import refusal


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Host",
            "Hosts",
            "Mod",
            "Staff",
            "Host 2",
            "mod2",
            "Official",
            "Official Ann",
            "Organizer",
            "Organiser",
            "Owner",
        ),
        *(
            "ovvner",
            "owпer",
            "rnod",
            "rnoderator",
            "Ho§t",
            "H0$t",
            "adm!n",
            "@dmin",
            "нost",
            "ЅΤАFF",
            "ᎻᎾST",
            "Gastgeberin",
            "Veranstalter",
        ),
        *(
            "主持人",
            "司会者",
            "管理员",
            "진행자",
            "ведущий",
            "Модератор",
            "مضيف",
            "מנחה",
            "होस्ट",
            "Hôte",
            "Anfitrión",
            "ev sahibi",
        ),
        *("Мод", "МОД", "модеры", "админка", "ادمن", "الأدمن", "ادمین", "המנחה", "המארח", "المنظم", "司會者", "ⱧØ₴₮"),
        *("主 持 人", "官 方", "管 理 員", "ホ ス ト", "관 리 자", "主.催", "组 织 者", "Owners", "Administration"),
        *("olgapetrovaADMIN", "hugo_mod", "[mod] hugo", "official hugo", "hôtes"),
        *("المـضيف", "الـمـضـيـف", "مشـرف", "مـديـر"),
    ],
)
def test_what_hosts_are_called_in_any_language_is_a_claim(match, name):
    assert f"“{name}” looks like the name of a host. Leave out “" in refusal(name, match)


def test_words_for_hosts_are_taken_from_the_catalogs(match):
    for code in ("en", "de"):
        with translation.override(code):
            assert translation.gettext("Host").lower() in {title.word for title in known_titles()}
