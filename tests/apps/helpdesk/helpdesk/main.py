from fastapi import FastAPI

from helpdesk.clock import stamp
from helpdesk.routes import tickets, triage


def create_app() -> FastAPI:
    app = FastAPI(title="Help desk")
    app.include_router(tickets.router)
    app.include_router(triage.router)

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok", "time": stamp()}

    return app


app = create_app()
