"""States by their codes on a day: since when the state that the store knows by a code is meant by it.

Codes outlive states. Gleditsch and Ward's 345 was Yugoslavia and Serbia has 340; ISO's CZE came with the
Czech Republic, SSD with South Sudan; Correlates of War gave 255 to one Germany before 1945 and to another
after 1990.
A row of before is about another state, of which the store may know nothing: it is not linked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kg.ingest.datasets.importer import Links

_SCHEMES: Final = ("iso3166_alpha3", "gw_code", "cow_code")
_SINCE: Final = """
    - - 255 1990-10-03; - 347 347 2008-02-17; - 396 - 2008-08-26; - 397 - 2008-08-26;
    - 816 816 1954-05-01; AGO 540 540 1975-11-11; ARE 696 696 1971-12-02; ARM 371 371 1991-12-21;
    ATG 58 58 1981-11-01; AZE 373 373 1991-12-21; BDI 516 516 1962-07-01; BEN 434 434 1960-08-01;
    BFA 439 439 1960-08-05; BGD 771 771 1971-12-16; BHR 692 692 1971-08-15; BHS 31 31 1973-07-10;
    BIH 346 346 1992-04-27; BLR 370 370 1991-08-25; BLZ 80 80 1981-09-21; BRB 53 53 1966-11-30;
    BRN 835 835 1984-01-01; BTN 760 760 1949-01-01; BWA 571 571 1966-09-30; CAF 482 482 1960-08-13;
    CIV 437 437 1960-08-07; CMR 471 471 1960-01-01; COD 490 490 1960-06-30; COG 484 484 1960-08-15;
    COM 581 581 1975-07-06; CPV 402 402 1975-07-05; CYP 352 352 1960-08-16; CZE 316 316 1993-01-01;
    DEU 260 - 1949-09-21; DJI 522 522 1977-06-27; DMA 54 54 1978-11-03; DZA 615 615 1962-07-05;
    ERI 531 531 1993-05-24; EST 366 366 1991-09-06; FJI 950 950 1970-10-10; FSM 987 987 1986-11-03;
    GAB 481 481 1960-08-17; GEO 372 372 1991-12-21; GHA 452 452 1957-03-06; GIN 438 438 1958-10-02;
    GMB 420 420 1965-02-18; GNB 404 404 1974-09-10; GNQ 411 411 1968-10-12; GRD 55 55 1974-02-07;
    GUY 110 110 1966-05-26; HRV 344 344 1992-04-27; IDN 850 850 1945-08-17; IND 750 750 1947-08-15;
    ISR 666 666 1948-05-14; JAM 51 51 1962-08-06; JOR 663 663 1946-05-25; KAZ 705 705 1991-12-16;
    KEN 501 501 1963-12-12; KGZ 703 703 1991-08-31; KHM 811 811 1953-11-09; KIR 970 946 1979-07-12;
    KNA 60 60 1983-09-19; KOR 732 732 1948-08-15; KWT 690 690 1961-06-19; LAO 812 812 1954-05-01;
    LBY 620 620 1951-12-24; LCA 56 56 1979-02-22; LKA 780 780 1948-02-04; LSO 570 570 1966-10-04;
    LTU 368 368 1991-09-06; LVA 367 367 1991-09-06; MAR 600 600 1956-03-02; MDA 359 359 1991-08-27;
    MDG 580 580 1960-06-26; MDV 781 781 1965-05-26; MHL 983 983 1986-10-21; MKD 343 343 1991-11-20;
    MLI 432 432 1960-09-22; MLT 338 338 1964-09-21; MMR 775 775 1948-01-04; MNE 341 341 2006-06-03;
    MOZ 541 541 1975-06-25; MRT 435 435 1960-11-28; MUS 590 590 1968-03-12; MWI 553 553 1964-07-06;
    MYS 820 820 1957-08-31; NAM 565 565 1990-03-21; NER 436 436 1960-08-03; NGA 475 475 1960-10-01;
    NRU 971 970 1968-12-31; PAK 770 770 1947-08-14; PHL 840 840 1946-07-04; PLW 986 986 1994-10-01;
    PNG 910 910 1975-09-16; PRK 731 731 1948-09-09; QAT 694 694 1971-09-03; RUS 365 365 1991-12-26;
    RWA 517 517 1962-01-07; SDN 625 625 1956-01-01; SEN 433 433 1960-04-04; SGP 830 830 1965-08-09;
    SLB 940 940 1978-07-07; SLE 451 451 1961-04-27; SOM 520 520 1960-07-01; SRB 340 345 2006-06-05;
    SSD 626 626 2011-07-09; STP 403 403 1975-07-12; SUR 115 115 1975-11-25; SVK 317 317 1993-01-01;
    SVN 349 349 1992-04-27; SWZ 572 572 1968-09-06; SYC 591 591 1976-06-29; SYR 652 652 1946-01-01;
    TCD 483 483 1960-08-11; TGO 461 461 1960-04-27; TJK 702 702 1991-09-09; TKM 701 701 1991-10-27;
    TLS 860 860 2002-05-20; TON 972 955 1970-06-04; TTO 52 52 1962-08-31; TUN 616 616 1956-01-01;
    TUV 973 947 1978-10-01; TWN 713 713 1949-12-08; TZA 510 510 1961-12-09; UGA 500 500 1962-10-09;
    UKR 369 369 1991-12-01; UZB 704 704 1991-08-31; VCT 57 57 1979-10-27; VNM - - 1976-07-02;
    VUT 935 935 1980-06-30; WSM 990 990 1962-01-01; YEM 678 679 1990-05-22; ZMB 551 551 1964-10-24;
    ZWE 552 552 1965-11-11
"""
"""Codes of ISO 3166-1, of Gleditsch and Ward, of Correlates of War, and the first day of the state they mean.

The days are those of membership in the list of Gleditsch and Ward (as packaged by andybega/states), for
states that began after May 1945, and of ISO and Correlates of War where these gave a code to another state
before: Russia after the Soviet Union, Yemen and Vietnam united, Germany.
"""


def _first_days() -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for line in _SINCE.replace("\n", " ").split(";"):
        *codes, day = line.split()
        found |= {(scheme, code): day for scheme, code in zip(_SCHEMES, codes, strict=True) if code != "-"}
    return found


_FIRST_DAYS: Final = _first_days()


def state_on(links: Links, scheme: str, code: str, day: str | None) -> str | None:
    """Return the id of the actor that a code of a state means on a day; None where it meant another then.

    The day begins with year, month and day, as `2021-08-26`. Without one the code means what it does today.
    """
    plain = code.lstrip("0") if code.isdigit() else code
    first = _FIRST_DAYS.get((scheme, plain))
    if day is not None and first is not None and day[:10] < first:
        return None
    return links.actor(scheme, code)
