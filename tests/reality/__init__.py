"""Runs programs with the real SDK against a server that caches prompts as the API documents it.

The server is the judge of the rules: where the two disagree, the rule is wrong.
"""
