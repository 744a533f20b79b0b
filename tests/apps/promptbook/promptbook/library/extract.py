from __future__ import annotations

import random

from promptbook.library.house import HOUSE_RULES
from promptbook.registry import prompt

EXAMPLES = [
    ("Invoice 17 of 11 February 2026, 40 EUR", '{"number": "17", "date": "2026-02-11", "amount": "40.00 EUR"}'),
    ("Bill no. A-3, 2 Jan 2026, USD 9.5", '{"number": "A-3", "date": "2026-01-02", "amount": "9.50 USD"}'),
    ("Rechnung 0815 vom 3.3.26 über 12 €", '{"number": "0815", "date": "2026-03-03", "amount": "12.00 EUR"}'),
    ("Facture 44, le 5 mars 2026", '{"number": "44", "date": "2026-03-05", "amount": null}'),
    ("Credit note 9, 1 April 2026, GBP 3", '{"number": "9", "date": "2026-04-01", "amount": "-3.00 GBP"}'),
    ("Fattura 7/2026 del 9 maggio 2026, 81 EUR", '{"number": "7/2026", "date": "2026-05-09", "amount": "81.00 EUR"}'),
]


@prompt("extract")
def extract() -> str:
    shown = random.sample(EXAMPLES, 3)
    examples = "\n".join(f"{text} -> {fields}" for text, fields in shown)  # error: random-id-in-prefix
    return f"{HOUSE_RULES}\nTask: extract number, date and amount as JSON.\n{examples}"
