from __future__ import annotations

from collections.abc import Mapping

from claims_core import TERMS, ask, letter

from claims_worker.ids import new_id


def settle(claim: Mapping[str, str]) -> str:
    job = new_id("settle")
    instructions = f"{TERMS}\n\nDecide the claim, clause by clause. Reference: {job}"
    return ask(instructions, claim["claim"], model="claude-opus-5")


def acknowledge(claim: Mapping[str, str]) -> str:
    return ask(letter("we have the report and are looking into it"), claim["claim"])


def remind(claim: Mapping[str, str]) -> str:
    job = new_id("remind")
    return ask(letter("we are still missing documents"), f"Reference: {job}\n\n{claim['claim']}")
