"""The words that a moment or a week is named with in Finnish, Swedish and English: lower case, without diacritics.

Phrases are separated by commas. Finnish ones come in the cases that "until" and "for" take.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TypeVar

T = TypeVar("T")


def _table(rows: Iterable[tuple[T, str]]) -> Mapping[str, T]:
    return MappingProxyType({word.strip(): meaning for meaning, words in rows for word in words.split(",")})


COUNTS = _table(
    [
        (1, "yksi, yhden, yhdeksi, en, ett, a, an, one"),
        (2, "kaksi, kahden, kahdeksi, pari, parin, pariksi, tva, par, ett par, two, couple, couple of, a couple of"),
        (3, "kolme, kolmen, kolmeksi, tre, three"),
        (4, "nelja, neljan, neljaksi, fyra, four"),
        (5, "viisi, viiden, viideksi, fem, five"),
        (6, "kuusi, kuuden, kuudeksi, sex, six"),
        (7, "seitseman, seitsemaksi, sju, seven"),
        (8, "kahdeksan, kahdeksaksi, atta, eight"),
        (9, "yhdeksan, yhdeksaksi, nio, nine"),
        (10, "kymmenen, kymmeneksi, tio, ten"),
        (11, "yksitoista, yhdentoista, yhdeksitoista, elva, eleven"),
        (12, "kaksitoista, kahdentoista, kahdeksitoista, tolv, twelve"),
    ]
)

#: unit → (days, months)
UNITS = _table(
    [
        ((1, 0), "paiva, paivaa, paivan, paivaksi, pv, pvaa, d, dag, dagar, dagen, dygn, day, days"),
        ((7, 0), "viikko, viikkoa, viikon, viikoksi, vko, vkoa, vk, v, vecka, veckor, veckan, week, weeks, wk, wks"),
        ((0, 1), "kuukausi, kuukautta, kuukauden, kuukaudeksi, kk, manad, manader, manaden, month, months"),
        ((0, 12), "vuosi, vuotta, vuoden, vuodeksi, ar, aret, year, years"),
    ]
)

#: phrase → days from today
NEAR_DAYS = _table(
    [
        (1, "huomiseen, huomenna, huominen, huomenaamuun, imorgon, morgon, tomorrow"),
        (2, "ylihuomiseen, ylihuomenna, overmorgon, iovermorgon, day after tomorrow"),
    ]
)

NEXT_WEEK = frozenset({"ensi viikko", "ensi viikkoon", "ensi viikolle", "nasta vecka", "next week", "following week"})

WEEKDAYS = _table(
    [
        (0, "maanantai, maanantaihin, maanantaina, maanantaiaamuun, ma, mandag, mandagen, man, monday, mon"),
        (1, "tiistai, tiistaihin, tiistaina, tiistaiaamuun, ti, tisdag, tisdagen, tis, tuesday, tue, tues"),
        (2, "keskiviikko, keskiviikkoon, keskiviikkona, ke, onsdag, onsdagen, ons, wednesday, wed"),
        (3, "torstai, torstaihin, torstaina, torstaiaamuun, to, torsdag, torsdagen, tors, thursday, thu, thurs"),
        (4, "perjantai, perjantaihin, perjantaina, perjantaiaamuun, pe, fredag, fredagen, fre, friday, fri"),
        (5, "lauantai, lauantaihin, lauantaina, lauantaiaamuun, la, lordag, lordagen, lor, saturday, sat"),
        (6, "sunnuntai, sunnuntaihin, sunnuntaina, sunnuntaiaamuun, su, sondag, sondagen, son, sunday, sun"),
    ]
)

#: The same days, as somebody says on which of them they work.
ON_WEEKDAYS = _table(
    [
        (0, "maanantaisin, maanantaista, mandagar, mondays"),
        (1, "tiistaisin, tiistaista, tisdagar, tuesdays"),
        (2, "keskiviikkoisin, keskiviikosta, onsdagar, wednesdays"),
        (3, "torstaisin, torstaista, torsdagar, thursdays"),
        (4, "perjantaisin, perjantaista, fredagar, fridays"),
        (5, "lauantaisin, lauantaista, lordagar, saturdays"),
        (6, "sunnuntaisin, sunnuntaista, sondagar, sundays"),
    ]
)
#: Between two of these "to" is no Thursday.
ENGLISH_WEEKDAYS = (
    "mondays?|mon|tuesdays?|tues?|wednesdays?|wed|thursdays?|thurs?|thu|fridays?|fri|saturdays?|sat|sundays?|sun"
)
#: several days in one word → weekdays, Monday is 0
DAYS_TOGETHER = _table(
    [
        (range(5), "arkisin, arkipaivisin, arkipaivat, vardagar, weekdays"),
        (range(7), "paivittain, dagligen, daily"),
    ]
)
AT = "klo, kello, kl, klockan, at"
#: Words around days and hours that say nothing of which.
AROUND_DAYS = "on, ovat, olen, ar, are, is, from, fran, mellan, between, med, with, clock, hours, nyt, nu, now"


def _finnish(month: str) -> str:
    return ", ".join(month + ending for ending in ("kuu", "kuun", "kuuta", "kuuhun", "kuussa"))


MONTHS = _table(
    [
        (1, f"{_finnish('tammi')}, januari, january, jan"),
        (2, f"{_finnish('helmi')}, februari, february, feb"),
        (3, f"{_finnish('maalis')}, mars, march, mar"),
        (4, f"{_finnish('huhti')}, april, apr"),
        (5, f"{_finnish('touko')}, maj, may"),
        (6, f"{_finnish('kesa')}, juni, june, jun"),
        (7, f"{_finnish('heina')}, juli, july, jul"),
        (8, f"{_finnish('elo')}, augusti, august, aug"),
        (9, f"{_finnish('syys')}, september, sep, sept"),
        (10, f"{_finnish('loka')}, oktober, october, okt, oct"),
        (11, f"{_finnish('marras')}, november, nov"),
        (12, f"{_finnish('joulu')}, december, dec"),
    ]
)

#: Words around the moment that say nothing of when.
BEFORE = (
    "until, til, till, tills, fram til, fram till, fram tills, up to, to, for, for the next, i, pa, fran, from, "
    "ajalle, valille, den, the"
)
AFTER = "asti, saakka, ajaksi, ajan, framat, framover, eteenpain, from now, please, kiitos, tack"
