"""Names of languages, for who writes one where its tag is wanted."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final

_NAMES: Final = """
af afrikaans;am amharic አማርኛ;ar arabic العربية عربي;az azerbaijani azeri azərbaycanca
be belarusian беларуская;bg bulgarian български;bn bengali bangla বাংলা;bs bosnian bosanski
ca catalan català;ckb sorani;cs czech čeština;da danish dansk;de german deutsch
el greek ελληνικά;en english;es spanish castilian español castellano;et estonian eesti
fa persian farsi فارسی;ff fulah fulani;fi finnish suomi;fil filipino;fr french français;ha hausa
he hebrew עברית;hi hindi हिन्दी;hr croatian hrvatski;hu hungarian magyar;hy armenian հայերեն
id indonesian;it italian italiano;ja japanese 日本語;ka georgian ქართული;kk kazakh қазақша
km khmer;ko korean 한국어;ku kurdish kurdî;ky kyrgyz кыргызча;lo lao;lt lithuanian lietuvių
lv latvian latviešu;mk macedonian македонски;mn mongolian;ms malay;my burmese မြန်မာ
ne nepali नेपाली;nl dutch nederlands;no norwegian norsk;om oromo;os ossetian ossetic;pa punjabi
pl polish polski;ps pashto پښتو;pt portuguese português;rn kirundi rundi
ro romanian moldovan română;ru russian русский;rw kinyarwanda;sg sango;si sinhala
sk slovak slovenčina;sl slovenian slovene slovenščina;so somali soomaali;sq albanian shqip
sr serbian srpski српски;sv swedish svenska;sw swahili kiswahili;ta tamil தமிழ்;tg tajik тоҷикӣ
th thai ไทย;ti tigrinya tigrigna ትግርኛ;tk turkmen;tl tagalog;tr turkish türkçe
uk ukrainian українська;ur urdu اردو;uz uzbek;vi vietnamese;wo wolof;yo yoruba
zh chinese mandarin 中文;zu zulu
"""
"""Tags of BCP 47, each with what the language is called in English and by those who speak it."""
_TAGS: Final = {
    name: tag
    for line in _NAMES.strip().splitlines()
    for tag, *names in (each.split() for each in line.split(";"))
    for name in names
}


def tag_of(name: str) -> str | None:
    """Return the tag of a language by its name, slips forgiven; None where nothing is near.

    >>> tag_of("English"), tag_of("українська"), tag_of("Klingon")
    ('en', 'uk', None)
    """
    near = get_close_matches(name.strip().casefold(), _TAGS, n=1, cutoff=0.8)
    return _TAGS[near[0]] if near else None
