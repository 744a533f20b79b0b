from __future__ import annotations

import time
from typing import Any

from flask import Blueprint, jsonify, request

from storefront import catalog
from storefront.assistant import assistant
from storefront.config import Config
from storefront.templating import render

blueprint = Blueprint("assistant", __name__, url_prefix="/assistant")

DEFAULT_LANGUAGE = "en"


@blueprint.post("/advise")
def advise() -> Any:
    language = request.args.get("lang", DEFAULT_LANGUAGE)
    prompt = render("advise.txt", shop=Config.SHOP, language=language, catalog=catalog.as_text())
    return jsonify(answer=assistant.ask(prompt, request.json["question"]))


@blueprint.post("/explain")
def explain() -> Any:
    began = time.perf_counter()
    prompt = render("advise.txt", shop=Config.SHOP, language=DEFAULT_LANGUAGE, catalog=catalog.as_text())
    answer = assistant.ask(prompt, request.json["question"])
    return jsonify(answer=answer, seconds=round(time.perf_counter() - began, 3))
