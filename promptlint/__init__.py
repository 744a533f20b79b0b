"""promptlint finds what keeps the prompt cache from being read, before the code is merged."""

__version__ = "0.1.0"
