"""Sentences in seven languages for the texts of invented reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Phrases:
    """What a text in one language is put together from."""

    opening: str
    title: str
    count: str
    """Begins the sentence of that number, so that no two are the same."""
    hedge: str
    said: str
    acts: tuple[str, str]
    """Of war, and of peace."""
    sentences: Mapping[str, str]
    """Modality to a sentence of who, where, what and when."""
    joint: str = " "


_PLAIN: Final = ("reported", "asserted", "alleged", "hedged", "denied", "predicted", "confirmed")


def _all(*sentences: str) -> Mapping[str, str]:
    return dict(zip(_PLAIN, sentences, strict=True))


PHRASES: Final[Mapping[str, Phrases]] = {
    "en": Phrases(
        "What was heard from the border in these days.",
        "{who} at {where}",
        "({}) ",
        "it seems that",
        "said",
        ("opened fire and moved forward", "met for talks"),
        _all(
            "Local sources reported that {who} {what} near {where} {when}.",
            "{who} {what} near {where} {when}.",
            "{who} is accused of breaking the accord: it {what} near {where} {when}.",
            "In {where} it seems that {who} {what} {when}.",
            "It is not true that {who} {what} near {where} {when}.",
            "{who} will most likely return to {where}, as {when}.",
            "It was confirmed that {who} {what} near {where} {when}.",
        ),
    ),
    "fr": Phrases(
        "Ce que l’on apprend de la frontière ces jours-ci.",
        "{who} à {where}",
        "({}) ",
        "il semble que",
        "a déclaré",
        ("a ouvert le feu", "a négocié"),
        _all(
            "Selon des sources locales, {who} {what} près de {where} {when}.",
            "{who} {what} près de {where} {when}.",
            "{who} est accusé d’avoir violé l’accord : il {what} près de {where} {when}.",
            "À {where} il semble que {who} {what} {when}.",
            "Il est faux que {who} {what} près de {where} {when}.",
            "{who} reviendra sans doute à {where}, comme {when}.",
            "Il est confirmé que {who} {what} près de {where} {when}.",
        ),
    ),
    "ru": Phrases(
        "Что слышно с границы в эти дни.",
        "{who}, {where}",
        "({}) ",
        "похоже, что",
        "сообщил",
        ("открыл огонь", "провёл переговоры"),
        _all(
            "Местные источники сообщили, что {who} {what} у {where} {when}.",
            "{who} {what} у {where} {when}.",
            "{who} обвиняется в нарушении соглашения: {what} у {where} {when}.",
            "У {where}, похоже, что {who} {what} {when}.",
            "Неправда, что {who} {what} у {where} {when}.",
            "{who} скорее всего вернётся к {where}, как {when}.",
            "Подтверждено, что {who} {what} у {where} {when}.",
        ),
    ),
    "ar": Phrases(
        "ما يُسمع من الحدود في هذه الأيام.",
        "{who} في {where}",
        "({}) ",
        "يبدو أن",
        "قال",
        ("أطلق النار", "أجرى محادثات"),
        _all(
            "ذكرت مصادر محلية أن {who} {what} قرب {where} {when}.",
            "{who} {what} قرب {where} {when}.",
            "اتُّهم {who} بخرق الاتفاق: {what} قرب {where} {when}.",
            "في {where} يبدو أن {who} {what} {when}.",
            "ليس صحيحا أن {who} {what} قرب {where} {when}.",
            "سيعود {who} على الأرجح إلى {where} كما في {when}.",
            "تأكد أن {who} {what} قرب {where} {when}.",
        ),
    ),
    "ka": Phrases(
        "რა ისმის საზღვრიდან ამ დღეებში.",
        "{who}, {where}",
        "({}) ",
        "როგორც ჩანს",
        "განაცხადა",
        ("ცეცხლი გახსნა", "მოლაპარაკება გამართა"),
        _all(
            "ადგილობრივი წყაროების თქმით, {who} {what} {where} {when}.",
            "{who} {what} {where} {when}.",
            "{who} ბრალდებულია შეთანხმების დარღვევაში: {what} {where} {when}.",
            "{where}: როგორც ჩანს {who} {what} {when}.",
            "არ არის მართალი, რომ {who} {what} {where} {when}.",
            "{who} სავარაუდოდ დაბრუნდება {where}, {when}.",
            "დადასტურდა, რომ {who} {what} {where} {when}.",
        ),
    ),
    "hy": Phrases(
        "Ինչ է լսվում սահմանից այս օրերին։",
        "{who}, {where}",
        "({}) ",
        "թվում է, թե",
        "ասաց",
        ("կրակ է բացել", "բանակցել է"),
        _all(
            "Տեղական աղբյուրների համաձայն՝ {who} {what} {where} {when}։",
            "{who} {what} {where} {when}։",
            "{who} մեղադրվում է համաձայնագիրը խախտելու մեջ․ {what} {where} {when}։",
            "{where}․ թվում է, թե {who} {what} {when}։",
            "Ճիշտ չէ, որ {who} {what} {where} {when}։",
            "{who} հավանաբար կվերադառնա {where}, {when}։",
            "Հաստատվել է, որ {who} {what} {where} {when}։",
        ),
    ),
    "zh": Phrases(
        "这些天来自边境的消息。",
        "{who}在{where}",
        "（{}）",
        "似乎",
        "表示",
        ("开火并推进", "举行会谈"),
        _all(
            "当地消息称，{who}{when}在{where}附近{what}。",
            "{who}{when}在{where}附近{what}。",
            "{who}被指违反协议：{when}在{where}附近{what}。",
            "在{where}，{who}似乎{when}{what}。",
            "{who}{when}在{where}附近{what}的说法不属实。",
            "{who}很可能会回到{where}，如{when}。",
            "已证实{who}{when}在{where}附近{what}。",
        ),
        "",
    ),
}
