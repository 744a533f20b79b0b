from __future__ import annotations

FIELDS = [
    ("title", "The title of the exhibition as it stands on the poster."),
    ("subtitle", "What stands below it, if anything."),
    ("artists", "Names in the order of the page, family name last. Groups as they call themselves."),
    ("curators", "Names, as above."),
    ("opens", "The first day for the public, as 2026-03-31. The opening party does not count."),
    ("closes", "The last day, as 2026-03-31. `null` for permanent exhibitions."),
    ("hours", "One entry for each day of the week, `closed` where it is closed."),
    ("venue", "The house, without its city."),
    ("rooms", "Rooms or floors, if they are named."),
    ("city", "The city in the language of the page."),
    ("country", "Two letters."),
    ("price", "The full price of admission with its currency. `0` if it is free."),
    ("reductions", "Who pays less, and how much."),
    ("free_days", "Days or hours on which admission is free."),
    ("booking", "`none`, `recommended` or `required`, and the address for it."),
    ("media", "Kinds of works: painting, drawing, print, photograph, film, sculpture, sound, other."),
    ("works", "The number of works, if it is given."),
    ("lenders", "Houses and collections that lend works."),
    ("languages", "Languages of the labels and of the tours."),
    ("tours", "Days and times of tours, and whom they are for."),
    ("access", "Lifts, ramps, seats, large print, sign language, quiet hours."),
    ("children", "What there is for children and from what age."),
    ("catalogue", "Publisher, pages and price of the catalogue."),
    ("sponsors", "Who pays, as the page names them."),
    ("contact", "Telephone and mail for visitors, not for the press."),
    ("notes", "What a visitor should know besides: closed rooms, queues, warnings."),
]

RULES = [
    "Dates without a year are of the year of the page, or of the next if they would lie in the past.",
    "Times are written 10:00-18:00. If winter and summer differ, give both, each with its months.",
    "Prices keep their currency sign; a range is given as two prices.",
    "A name in capitals is written with a capital letter and small ones, unless it is an abbreviation.",
    "Text of banners, menus, cookies and newsletters does not belong to the page.",
    "If the page is an error page or asks to log in, all fields are `null` but `notes`, which says so.",
    "Do not translate titles. Do not shorten lists. Do not merge two venues into one.",
]

INSTRUCTIONS = "\n".join(
    [
        'Extraction of exhibitions, <schema version="11">',
        "You are given the text of a web page of a museum. Give one JSON object with the fields below.",
        "A field of which the page says nothing is `null`. Nothing is added from what you know besides.",
        "If the page tells of several exhibitions, take the one in its heading.",
        "",
        *(f"{name}: {meaning}" for name, meaning in FIELDS),
        "",
        *RULES,
    ]
)
