from __future__ import annotations

__all__ = ["letter"]

_EDITION = "terms-v31"

_CLAUSES = {
    "1.1": "The insurance covers the building named in the policy with everything that is fixed to it.",
    "1.2": "Garages and sheds on the same plot belong to it if they are not let to others.",
    "1.3": "Kitchens that were built in by the owner belong to it, those of tenants do not.",
    "2.1": "Fire, lightning, explosion and the fall of aircraft are covered, and the water that puts them out.",
    "2.2": "Scorching without flames is covered up to 500 for each event, four events a year.",
    "3.1": "Water from pipes inside the building is covered, and frost in pipes that were heated or drained.",
    "3.2": "Pipes under the plot are covered as far as they serve the building and no other.",
    "3.3": "Water from aquariums and water beds is covered, what lived or lay in them is not.",
    "4.1": "Storm is wind of force eight, measured or shown by damage to sound buildings near by.",
    "4.2": "Hail is covered. For dents that change nothing but the look a third is paid.",
    "4.3": "Trees that fall on the building are removed at our cost, up to 3,000.",
    "5.1": "Flood, backwater, landslide, avalanche and the weight of snow are covered with a tenth deducted.",
    "5.2": "For buildings in the highest flood zone clause 5.1 holds only if the policy says so.",
    "6.1": "The value is what it costs to build the same again at the place, without deduction for age.",
    "6.2": "If it is not built again within three years, what the building was worth is paid.",
    "7.1": "Clearing, moving, protecting and pulling down are paid beside the value, up to a tenth of it.",
    "7.2": "Lost rent is paid for at most twelve months, and no longer than until the flat can be let.",
    "8.1": "Damage is reported without delay, broken parts are kept until we have seen or waived them.",
    "8.2": "Who causes damage on purpose gets nothing. Who causes it by gross carelessness gets a part.",
    "8.3": "Photographs are taken before anything is cleared, unless somebody could be hurt by waiting.",
    "8.4": "Burglary, robbery and vandalism are reported to the police within three days, with a list.",
    "8.5": "Buildings that stand empty are looked at every week, their pipes are shut off and drained.",
    "8.6": "Whoever lets scaffolding be put up, or moves out for more than sixty days, tells us beforehand.",
    "8.7": "If two insurers cover the same damage, both are told; together they pay no more than the damage.",
    "8.8": "An expert whom both sides accept may settle the amount; each side pays half of the expert's fee.",
    "9.1": "We pay two weeks after we know cause and amount, and a part of it a month after the report.",
}

TERMS = f"[{_EDITION}]\n" + "\n".join(f"{number} {clause}" for number, clause in _CLAUSES.items())


def letter(purpose: str) -> str:
    """Instructions for a letter to a customer."""
    return f"{TERMS}\n\nWrite a letter to the customer. Purpose: {purpose}. Name the clauses. One page at most."
