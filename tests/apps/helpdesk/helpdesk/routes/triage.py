from fastapi import APIRouter, Depends

from helpdesk.llm import Gateway, cached, get_gateway
from helpdesk.prompts import HANDBOOK, TRIAGE
from helpdesk.schemas import Ticket
from helpdesk.settings import Settings, get_settings

router = APIRouter(prefix="/triage")


@router.post("/")
async def triage(ticket: Ticket, llm: Gateway = Depends(get_gateway)) -> dict[str, str]:
    prompt = TRIAGE
    if ticket.subject:
        prompt += f"\nThe subject of the ticket: {ticket.subject}\n"  # error: request-data-in-prefix
    verdict = await llm.complete([cached(prompt)], [{"role": "user", "content": ticket.body}], max_tokens=60)
    team, _, reason = verdict.partition("-")
    return {"team": team.strip(), "reason": reason.strip()}


@router.post("/route")
async def route(
    ticket: Ticket,
    llm: Gateway = Depends(get_gateway),
    settings: Settings = Depends(get_settings),
) -> dict[str, str]:
    system = [cached(f"{HANDBOOK}\nYou serve {settings.region}. Name the office nearest to the customer.")]
    content = f"Subject: {ticket.subject}\nLanguage: {ticket.language}\n\n{ticket.body}"
    office = await llm.complete(system, [{"role": "user", "content": content}], max_tokens=60)
    return {"office": office}
