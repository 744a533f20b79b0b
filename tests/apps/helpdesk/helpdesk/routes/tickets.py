from fastapi import APIRouter, Depends

from helpdesk.clock import stamp
from helpdesk.llm import Gateway, cached, get_gateway, plain
from helpdesk.prompts import HANDBOOK
from helpdesk.schemas import Reply, Thread, Ticket
from helpdesk.settings import Settings

__all__ = ["Gateway", "Settings", "Thread", "Ticket", "answer", "router", "summarise"]

router = APIRouter(prefix="/tickets")


@router.post("/answer")
async def answer(ticket: Ticket, llm: Gateway = Depends(get_gateway)) -> Reply:
    now = stamp()
    system = [cached(f"{HANDBOOK}\nIt is {now}; the desk is staffed until 18:00.")]  # error: timestamp-in-prefix
    text = await llm.complete(system, [{"role": "user", "content": f"{ticket.subject}\n\n{ticket.body}"}])
    return Reply(text=text, answered_at=now)


@router.post("/summarise")
async def summarise(thread: Thread, llm: Gateway = Depends(get_gateway)) -> Reply:
    now = stamp()
    system = [cached(HANDBOOK), plain(f"It is {now}. Summarise the thread for the colleague on duty.")]
    posts = "\n---\n".join(thread.posts)
    text = await llm.complete(system, [{"role": "user", "content": posts}], max_tokens=300)
    return Reply(text=text, answered_at=now)
