"""Titles of an event's hosts in many languages: words that visitors cannot use in their names."""

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from feeds.values import words

CLAIM, NAMES_TOO, MAYBE = "claim", "names too", "maybe"
"""Kinds of titles: only hosts are called so; it is a family name, too; or it has other meanings, so a host should
look."""

_ENGLISH = """
hosts cohost co-host cohosts co-hosts hostess host-team moderator moderators moderation admins administrator
administrators administration commentary official officials organizer organizers organiser organisers owners presenter
presenters sysadmin sysadmins webmaster
"""
_OTHERS = """
moderatorin moderatoren präsentator präsentatorin moderation gastgeber gastgeberin veranstalter veranstalterin
organisator organisatorin
administratorin offiziell ausrichter ausrichterin spielleitung
anfitrión anfitriona moderadora moderador organizador organizadora administrador administradora presentador
presentadora oficial coanfitrión apresentador apresentadora anfitrião anfitriã
hôte hôtesse hôtes animateur animatrice organisateur organisatrice modérateur modératrice administrateur administratrice
officiel présentateur présentatrice
conduttore conduttrice organizzatore organizzatrice moderatore moderatrice amministratore amministratrice ufficiale
presentatore presentatrice
gastheer gastvrouw presentator presentatrice beheerder beheerster organisatrice officieel
prowadzący prowadząca organizator organizatorka administratorka moderatorka oficjalny oficjalnie
värdinna arrangör programledare konferencier officiell programleder arrangør vertinne officiel offisiell
juontaja järjestäjä ylläpitäjä moderaattori virallinen
hostitel hostitelka moderátor moderátorka správce pořadatel pořadatelka oficiální správca usporiadateľ
házigazda műsorvezető szervező moderátor adminisztrátor hivatalos
organizatoare prezentator prezentatoare voditelj voditeljica domaćin domaćica urednik administrátor
sunucu yönetici moderatör düzenleyici organizatör ev-sahibi
tuan-rumah pembawa-acara penyelenggara pengelola
người-dẫn-chương-trình quản-trị-viên ban-tổ-chức điều-hành-viên chủ-phòng chính-thức
ведущий ведущая ведущие модератор модераторы модерация мод моды модер модеры модераторша хосты админ админы админка
администрация
администратор администраторы хост организатор организаторы
официальный официально хозяин ведучий ведуча адміністратор адмін організатор офіційний офіційно вядучы водещ домакин
домаћин администрација
οικοδεσπότης οικοδέσποινα διαχειριστής συντονιστής συντονίστρια διοργανωτής παρουσιαστής παρουσιάστρια επίσημος
مضيف مضيفة مضيفون المشرف مشرفة مشرفون مشرفين مدير مدراء منظم منظمون مقدمة الرسمي مسؤول مسؤولون ادمن أدمن أدمنز
إدارة هوست مودريتور
میزبان مدیر برگزارکننده مجری ادمین مدیریت
מארח מארחת מארחים מנהל מנהלת מנהלים מנחה מארגן מארגנת רשמי אדמין
होस्ट मेज़बान मेजबान संचालक व्यवस्थापक आयोजक मॉडरेटर एडमिन आधिकारिक
হোস্ট আয়োজক সঞ্চালক প্রশাসক அமைப்பாளர் தொகுப்பாளர் நிர்வாகி
진행자 호스트 어드민 스태프 운영자 관리자 주최자 사회자 모더레이터 공식 운영진 방장
"""
_NO_SPACES = """
主持人 主持 管理员 管理員 主办方 主辦方 主办者 主辦者 官方 版主 房主 群主 组织者 組織者 運營 运营 工作人员 工作人員
司会 司会者 司會 司會者 主催者 主催 ホスト 管理者 管理人 モデレーター モデレータ 運営 公式 スタッフ 進行役
ผู้ดำเนินรายการ พิธีกร ผู้ดูแล ผู้จัด แอดมิน โฮสต์ เจ้าภาพ ทางการ ម្ចាស់ផ្ទះ
"""
_NAMES_TOO = "host mod mods staff admin owner مقدم المقدم ناظر رسمي مشرف منتظم"
_MAYBE = """
support operator system security leitung orga redaktion hoster värd vert vært gazda amfitrion hostes regie sysop resmi
gospodarz domakin animador isäntä emäntä
"""
FILLERS = """
the real true original only actual official it's its this is i'm im der die das echt echte echter el la le il verdadero
verdadera auténtico auténtica vrai vraie véritable prawdziwy prawdziwa настоящий настоящая
"""
"""Words beside a name or a title that only stress it."""


@dataclass(frozen=True)
class Title:
    """A word for a host, its kind, and the number of words it was written as."""

    word: str
    kind: str
    parts: int


@cache
def known_titles() -> tuple[Title, ...]:
    """Every title, including this installation's translations of “Host”."""
    kinds = dict.fromkeys(f"{_ENGLISH} {_OTHERS} {_NO_SPACES}".split(), CLAIM)
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            kinds |= {"-".join(word.split()): CLAIM for word in (gettext("Host"), gettext("hosts"))}
    kinds |= dict.fromkeys(_MAYBE.split(), MAYBE) | dict.fromkeys(_NAMES_TOO.split(), NAMES_TOO)
    found = {}
    for word, kind in kinds.items():
        joined = words.fold(word.replace("-", ""))
        found[joined] = Title(joined, kind, word.count("-") + 1)
    return tuple(found.values())


@cache
def without_spaces() -> tuple[Title, ...]:
    """Titles of scripts without spaces between words; they are looked for inside other words, too."""
    here = {words.fold(word) for word in _NO_SPACES.split()}
    return tuple(title for title in known_titles() if title.word in here)
