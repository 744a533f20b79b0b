from claims_core.client import ask
from claims_core.prompts import TERMS as TERMS
from claims_core.prompts import *

__all__ = ["TERMS", "ask", "letter"]
