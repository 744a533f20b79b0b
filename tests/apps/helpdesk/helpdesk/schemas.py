from pydantic import BaseModel, Field


class Ticket(BaseModel):
    subject: str
    body: str
    language: str = "en"


class Thread(BaseModel):
    posts: list[str] = Field(min_length=1)


class Reply(BaseModel):
    text: str
    answered_at: str
