"""The words of incident tables in English, Russian and Ukrainian: of headers, and of cells."""

from __future__ import annotations

import re
from typing import Final

from kg.ingest.numbers import LIMITS

STEMS: Final = {
    "direction": ("direction", "направлен", "напрям"),
    "position": (
        "position",
        "observer",
        "позици",
        "позиці",
        "положени",
        "расположени",
        "розташув",
        "нахождени",
    ),
    "weapon": ("weapon", "вооружен", "озброєн", "оружи", "зброя"),
    "number": (
        "number of",
        "count",
        "quantity",
        "кол-во",
        "количеств",
        "к-сть",
        "кількіст",
        "число",
        "number",
    ),
    "observation": (
        *("observation", "observed", "наблюдени", "спостережен", "зафиксирован", "зафіксован"),
        *(
            "характер",
            "вид нарушени",
            "тип нарушени",
            "вид порушен",
            "тип порушен",
            "тип событи",
            "вид событи",
        ),
    ),
    "description": ("description", "описани", "опис"),
    "means": ("means", "method", "способ", "спосіб", "средств", "засіб", "засоби"),
    "date": ("date", "дата"),
    "until": (
        "time end",
        "end time",
        "время окончани",
        "время конец",
        "час закінчен",
        "окончани",
        "закінчен",
    ),
    "time": ("time", "время", "час"),
    "coordinates": ("coordinate", "координат"),
    "place": ("location", "place", "место", "місце", "населенн", "населен"),
    "latitude": ("latitude", "широта"),
    "longitude": ("longitude", "долгота", "довгота"),
    "id": ("incident id", "row id", "номер инцидента", "номер інциденту"),
}
"""By column, in this order, parts of words that name it where no exact name does."""
NAMES: Final = {
    "position": (
        "position",
        "SMM position",
        "observer position",
        "position of the observers",
        "позиция",
        "позиція",
    ),
    "place": ("event location", "place of the event", "location", "place", "место события", "місце події"),
    "means": ("means", "способ", "спосіб"),
    "number": ("no.", "number", "кол-во", "количество", "к-сть", "кількість"),
    "observation": ("observation", "наблюдение", "спостереження"),
    "description": ("description", "описание", "опис"),
    "weapon": ("weapon", "weapons", "вооружение", "оружие", "озброєння", "зброя"),
    "date": ("date", "дата"),
    "time": ("time", "time span", "время", "час"),
    "direction": ("direction", "direction of fire", "направление", "напрямок"),
    "latitude": ("latitude", "lat", "широта"),
    "longitude": ("longitude", "lon", "долгота", "довгота"),
    "coordinates": ("coordinates", "координаты", "координати"),
    "until": ("until", "end", "окончание", "закінчення"),
    "id": ("id", "incident id"),
}
TOTAL: Final = re.compile(r"\s*(?:total|sum|итого|всего|итог|разом|усього|всього)\b", re.IGNORECASE)
"""What the first cell of a row says that sums up others."""
COUNTED: Final = re.compile(
    r"([0-9]+)\s+(?:explosion|shot|burst|projectile|round|flare|взрыв|выстрел|очеред|снаряд|разрыв|залп"
    r"|вибух|постріл|черг|розрив)[^\W\d_]*"
)
"""A number with what is counted."""
NOT_AVAILABLE: Final = frozenset(
    (
        *("n/a", "na", "n.a.", "not available", "unavailable", "unknown", "not known", "undetermined"),
        *("н/д", "н.д.", "нет данных", "неизвестно", "не известно", "не установлено", "не определено"),
        *("немає даних", "невідомо", "не встановлено", "не визначено", "н/з", "-", "–", "—", "?"),
    )
)
"""What says that it is not known."""
NONE: Final = frozenset(
    (
        *("0", "none", "nil", "no", "nothing", "no violations", "no ceasefire violations", "zero"),
        *("нет", "ничего", "не зафиксировано", "нарушений нет", "отсутствует", "отсутствуют"),
        *("немає", "нічого", "не зафіксовано", "порушень немає", "відсутні", "відсутній"),
    )
)
"""What says that there was none."""
_NUMBER: Final = r"\s*([0-9]+)"
_MORE: Final = ("more than", "over", ">", "более", "свыше", "больше", "понад", "більше", "більше ніж")
SOME: Final = (
    (re.compile(r"([0-9]+)\s*\+"), "at-least"),
    *(
        (re.compile(f"(?:{'|'.join(map(re.escape, words))}){_NUMBER}"), comparator)
        for comparator, words in (*LIMITS.items(), ("more-than", _MORE))
    ),
)
"""How a number is limited, in words."""
_KINDS: Final = (
    (
        "shelling",
        (
            *("mortar", "artillery", "howitzer", "mlrs", r"\bgrad\b", "multiple.launch", "shell", "tank"),
            *("мином[её]т", "м[іи]н[оа]мет", "артиллер", "артилер", "гаубиц", "рсзо", "рсзв", r"\bград"),
            *("снаряд", "танк", "обстрел", "обстріл"),
        ),
    ),
    (
        "small-arms-fire",
        (
            *("small.arms", "machine.gun", "rifle", r"\bshots?\b", r"\bbursts?\b", "sniper"),
            *("grenade launcher", "стрелков", "стрілецьк", "пулем", "кулемет", "выстрел", "постріл"),
            *("очеред", "черг[аи]", "снайпер"),
        ),
    ),
    ("air-strike", ("air.?strike", "aircraft", "авиаудар", "авіаудар")),
    (
        "explosive-blast",
        ("explosion", "detonation", "blast", "взрыв", "вибух", "детонац", "разрыв", "розрив"),
    ),
    ("overflight", (r"\buavs?\b", "drone", "overflight", "бпла", "беспилотник", "безпілотник", "дрон")),
    (
        "use-of-force",
        (
            *("projectile", "flare", "tracer", "flash", "fire", "трассер", "трасер", "вспышк", "спалах"),
            *("огонь", "вогонь", "стрельб", "стрілянин", "ракет"),
        ),
    ),
)


def _compiled(
    table: tuple[tuple[str, tuple[str, ...]], ...],
) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile("|".join(words), re.IGNORECASE)) for name, words in table)


KINDS: Final = _compiled(_KINDS)
"""What kind of event words tell of: the first that fits."""
_WEAPONS: Final = (
    ("mortar", ("mortar", "мином[её]т", "м[іи]н[оа]мет")),
    ("howitzer", ("howitzer", "гаубиц")),
    ("multiple-rocket-launcher", ("mlrs", "multiple.launch", r"\bgrad\b", "рсзо", "рсзв", r"\bград")),
    ("tank", (r"\btank", "танк")),
    ("artillery", ("artillery", "артиллер", "артилер")),
    ("armoured-vehicle", (r"\bifv\b", r"\bapc\b", "infantry fighting", "бмп", "бтр", "бмд")),
    ("air-defence-system", ("anti.?aircraft", "zu-23", "зу-23", "зенит")),
    ("anti-tank-weapon", ("anti.?tank", "птур", "птрк")),
    (
        "small-arm",
        (
            *("small.arms", "machine.gun", "rifle", r"\bsmg\b", r"\bhmg\b"),
            *("стрелков", "стрілецьк", "пулем", "кулемет", "автомат"),
        ),
    ),
    ("drone", (r"\buavs?\b", "drone", "бпла", "дрон")),
)
WEAPONS: Final = _compiled(_WEAPONS)
"""Which category a weapon is of; none where the words do not say."""
TEMPLATE: Final = {
    "en": (
        "Position of the observers",
        "Place of the event",
        "Means",
        "Number",
        "Observation",
        "Description",
        "Direction",
        "Weapon",
        "Date",
        "Time",
    ),
    "ru": (
        "Позиция наблюдателей",
        "Место события",
        "Способ",
        "Количество",
        "Наблюдение",
        "Описание",
        "Направление",
        "Вооружение",
        "Дата",
        "Время",
    ),
    "uk": (
        "Позиція спостерігачів",
        "Місце події",
        "Спосіб",
        "Кількість",
        "Спостереження",
        "Опис",
        "Напрямок",
        "Озброєння",
        "Дата",
        "Час",
    ),
}
"""The columns of the template, by language."""
CHOICES: Final = {
    "en": {
        2: ("Heard", "Saw", "Saw and heard", "Camera", "UAV", "N/A"),
        4: ("Explosion", "Shot", "Burst", "Projectile", "Flare", "N/A"),
        5: ("Undetermined", "Incoming", "Outgoing", "Impact", "In flight", "N/A"),
        7: (
            "Mortar",
            "Artillery",
            "MLRS",
            "Tank",
            "Infantry fighting vehicle cannon",
            "Heavy machine gun",
            "Small arms",
            "N/A",
        ),
    },
    "ru": {
        2: ("Слышали", "Видели", "Видели и слышали", "Камера", "БПЛА", "Н/Д"),
        4: ("Взрыв", "Выстрел", "Очередь", "Снаряд", "Осветительная ракета", "Н/Д"),
        5: ("Не определено", "Входящий", "Исходящий", "Попадание", "В полёте", "Н/Д"),
        7: (
            "Миномёт",
            "Артиллерия",
            "РСЗО",
            "Танк",
            "Пушка БМП",
            "Крупнокалиберный пулемёт",
            "Стрелковое оружие",
            "Н/Д",
        ),
    },
    "uk": {
        2: ("Чули", "Бачили", "Бачили й чули", "Камера", "БПЛА", "Н/Д"),
        4: ("Вибух", "Постріл", "Черга", "Снаряд", "Освітлювальна ракета", "Н/Д"),
        5: ("Не визначено", "Вхідний", "Вихідний", "Влучання", "У польоті", "Н/Д"),
        7: (
            "Міномет",
            "Артилерія",
            "РСЗВ",
            "Танк",
            "Гармата БМП",
            "Великокаліберний кулемет",
            "Стрілецька зброя",
            "Н/Д",
        ),
    },
}
"""What the template offers, by the place of the column."""
