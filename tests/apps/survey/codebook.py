from __future__ import annotations

VERSION = 4

CODES = {
    "delay": "The bus or train comes late, or it is said that one cannot rely on it.",
    "cancelled": "A ride does not take place at all.",
    "interval": "There are too few rides, or none in the evening or on Sundays.",
    "speed": "The ride takes too long, there are too many stops, or one has to change too often.",
    "connection": "Changing does not work: the connection has gone, or one waits for a long time.",
    "crowding": "It is too full; one has to stand; one is not let in.",
    "seats": "Seats are hard, narrow, broken or arranged badly.",
    "cleanliness": "Dirt, smell, litter, in vehicles or at stops.",
    "temperature": "Too hot, too cold, draughty.",
    "noise": "Loud vehicles, loud people, announcements that are too loud.",
    "safety": "One feels unsafe, or something has happened, whatever it was.",
    "driving": "Jerky, fast or careless driving.",
    "staff": "Drivers and inspectors, kind or unkind, helpful or not.",
    "fares": "Prices, zones, fines, in general or for certain groups.",
    "tickets": "Machines, apps and counters: where and how a ticket is bought.",
    "information": "Timetables, displays, announcements, the web site: missing, wrong or hard to follow.",
    "stops": "Roof, bench, light, distance from home.",
    "access": "Steps, lifts, room for wheelchairs and prams.",
    "bicycles": "Taking bicycles along, or leaving them at the stop.",
    "dogs": "Dogs on board, for or against.",
    "network": "Places that cannot be reached, lines that are wished for.",
    "night": "Rides at night.",
    "car": "The car is compared: cheaper, faster, more comfortable, or the other way round.",
    "climate": "The environment is given as a reason.",
    "praise": "Praise in general, with no point of its own.",
    "complaint": "Blame in general, with no point of its own.",
    "other": "A point of its own that is not in this list.",
    "nothing": "No answer, a dash, don't know.",
}

RULES = [
    "Code what is said, not what somebody who says so might mean besides.",
    "A wish is coded like a complaint: more rides at night is night, not praise.",
    "If the same thing is said twice it is coded once.",
    "A reason is coded together with what it is the reason for: too full because a bus did not come is both.",
    "Names of lines, stops and drivers are not coded; they are looked for in another pass.",
    "Irony is coded as what is meant. If you are not sure whether it is irony, it is none.",
    "Other and nothing are never given together with a code of their own.",
]


def text() -> str:
    """The code book as the model reads it."""
    lines = [f"Code book, version {VERSION}", ""]
    lines += [f"{code}: {meaning}" for code, meaning in CODES.items()]
    lines += ["", "Rules", *RULES, "", "Give all codes that apply, separated by commas, in the order of the answer. Code what is said."]
    return "\n".join(lines)
