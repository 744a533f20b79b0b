"""Which expressions are clients and Messages requests, and which only look like them?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cached_property

from promptlint.diagnostic import Confidence
from promptlint.facts.sections import Sections, dotted_names
from promptlint.facts.wrappers import WrapperFact, read_wrappers

__all__ = ["Action", "Calls", "MethodFact", "ObsoleteBeta", "read_calls"]


class Platform(StrEnum):
    """Where a client sends its requests."""

    ANTHROPIC = "anthropic"
    BEDROCK = "bedrock"
    """Its older interface, InvokeModel."""
    BEDROCK_MANTLE = "bedrock_mantle"
    """Its Messages endpoint."""
    VERTEX = "vertex"
    FOUNDRY = "foundry"
    AWS = "aws"
    GOOGLE_CLOUD = "google_cloud"


class Action(StrEnum):
    """What a method does with a request."""

    SENDS = "sends"
    DESCRIBES = "describes"
    """Counts its tokens and sends nothing to a model."""
    BATCH = "batch"
    """Sends every entry of ``requests``."""
    GONE = "gone"
    """Is no longer in the SDK."""


@dataclass(frozen=True, slots=True)
class MethodFact:
    """A method of a client that takes a Messages request."""

    path: tuple[str, ...]
    action: Action
    top_level: bool
    """Whether it has a ``cache_control`` parameter of its own."""
    goes_on: bool = False
    """Whether one call of it sends the conversation several times, longer each time."""


@dataclass(frozen=True, slots=True)
class ObsoleteBeta:
    """A beta header that is no longer needed."""

    name: str
    """Value of the ``anthropic-beta`` header."""
    since: str
    """Date from which the feature is there without it."""
    feature: str
    source: str = ""


@dataclass(frozen=True)
class Calls:
    """Clients, methods and argument shapes of the SDK, and what only looks like them."""

    clients: Mapping[str, str]
    """Dotted class name → platform."""
    wrappers: frozenset[str]
    """Functions that give back the client they are handed first."""
    request_functions: Mapping[str, WrapperFact]
    """Functions whose call is a request, by dotted name; users declare them."""
    chains: frozenset[str]
    """Methods of a client that give a client: ``with_options``."""
    foreign: frozenset[str]
    """Dotted prefixes whose ``messages.create`` is something else."""
    methods: Mapping[tuple[str, ...], MethodFact]
    pass_through: frozenset[str]
    """Segments of a path that change only the form of the response."""
    client_names: Mapping[str, Confidence]
    """Identifier → how sure it is that it holds an Anthropic client."""
    shapes: tuple[frozenset[str], ...]
    """Sets of keywords that only a Messages request has together."""
    model_words: tuple[str, ...]
    """What the id of every Claude model contains."""
    record_patterns: tuple[str, ...]
    """Typed dicts of the SDK, with wildcards."""
    tool_decorators: frozenset[str]
    beta_header: str
    """Name of the header that switches betas on."""
    beta_parameter: str
    """Name of the argument that does the same."""
    obsolete: Mapping[str, ObsoleteBeta]
    words: tuple[str, ...]
    """Words one of which is in a file that deals with the SDK."""

    def platform(self, name: str) -> str | None:
        """The platform of a client class by its dotted name; None if it is not one."""
        return self.clients.get(name)

    @cached_property
    def roots(self) -> frozenset[str]:
        """The packages that hold clients."""
        return frozenset(name.partition(".")[0] for name in self.clients)

    def is_foreign(self, name: str) -> bool:
        """Whether a dotted name belongs to something whose ``messages.create`` is not ours."""
        parts = name.split(".")
        return any(".".join(parts[:n]) in self.foreign for n in range(1, len(parts) + 1))

    def is_wrapper(self, name: str) -> bool:
        """Whether a dotted function gives back the client that is its first argument."""
        return name in self.wrappers

    def method(self, path: tuple[str, ...]) -> MethodFact | None:
        """The method at an attribute path on a client: ``("beta", "messages", "create")``."""
        return self.methods.get(self._plain(path))

    def leads(self, path: tuple[str, ...]) -> bool:
        """Whether an attribute path is on the way to a method: ``("beta", "messages")``."""
        plain = self._plain(path)
        return any(method[: len(plain)] == plain for method in self.methods)

    def _plain(self, path: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(part for part in path if part not in self.pass_through)

    def client_name(self, expression: str) -> Confidence | None:
        """How sure the name of a value makes it that it is a client: ``self.anthropic_client``.

        MEDIUM where the name says so, LOW where the arguments must say so too; None: no sign.
        """
        name = expression.rpartition(".")[2].lower().strip("_")
        return self.client_names.get(name)

    def is_request(self, keywords: Iterable[str], model: str | None = None) -> bool:
        """Whether arguments are those of a Messages request, by their names or the model's id."""
        given = frozenset(keywords)
        if any(shape <= given for shape in self.shapes):
            return True
        return "messages" in given and model is not None and self.is_model(model)

    def is_model(self, model: str) -> bool:
        """Whether a model id is of the Claude family, known or not."""
        return any(word in model.lower() for word in self.model_words)

    def is_record(self, name: str) -> bool:
        """Whether a dotted name is a typed dict of the SDK, which holds its keywords."""
        return any(fnmatchcase(name, pattern) for pattern in self.record_patterns)

    def candidate(self, text: bytes) -> bool:
        """Whether a file could hold a call, a client or a beta header; errs towards yes."""
        if any(word in text for word in self._words):
            return True
        if self._declared is not None and self._declared.search(text) is not None:
            return True
        holders, verb = self._attributes
        return any(_is_attribute(text, found) for found in holders.finditer(text)) and bool(verb.search(text))

    @cached_property
    def _words(self) -> tuple[bytes, ...]:
        return tuple(word.encode() for word in self.words)

    @cached_property
    def wrapper_names(self) -> frozenset[str]:
        """The last parts of the names of functions whose call is a request."""
        return frozenset(name.rpartition(".")[2] for name in self.request_functions)

    @cached_property
    def _declared(self) -> re.Pattern[bytes] | None:
        """A declared function that is called, or imported under another name."""
        names = b"|".join(sorted(name.encode() for name in self.wrapper_names))
        return re.compile(rb"\b(?:%s)(?:\s*\(|\s+as\b)" % names) if names else None

    @cached_property
    def _attributes(self) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
        """What methods hang on at the shortest, `messages…` and the dot behind it; and any `.create`.

        An alias may stand between the two.
        """
        shortest = min(len(path) for path in self.methods)
        holders = b"|".join(sorted({path[-2].encode() for path in self.methods if len(path) == shortest}))
        verbs = b"|".join(sorted({path[-1].encode() for path in self.methods}))
        return (
            re.compile(rb"(?:%s)(\w*)(?:[\s\\]*(\.))?" % holders),
            re.compile(rb"\.[\s\\]*(?:%s)\b" % verbs),
        )


def _is_attribute(text: bytes, found: re.Match[bytes]) -> bool:
    """Whether a word is taken from something, `x.messages`, or gives something, `messages_api.x`."""
    more, dot = found.groups()
    if dot is not None:
        return True
    return not more and text[max(found.start() - 40, 0) : found.start()].rstrip(b" \t\r\n\\").endswith(b".")


def read_calls(sections: Sections) -> Calls:
    """Sections about clients, methods, argument shapes and beta headers."""
    *_, places = sections.groups("beta_places", ("header", "parameter"))
    return Calls(
        clients={
            name: group["platform"].word(Platform).value
            for group in sections.groups("clients", ("platform", "names"))
            for name in dotted_names(group["names"])
        },
        wrappers=sections.names("wrappers"),
        request_functions=read_wrappers(sections),
        chains=sections.names("chains"),
        foreign=sections.names("foreign"),
        methods=_read_methods(sections),
        pass_through=sections.names("pass_through"),
        client_names={
            name: Confidence.MEDIUM if group["strong"].boolean() else Confidence.LOW
            for group in sections.groups("client_names", ("strong", "names"))
            for name in group["names"].strings()
        },
        shapes=tuple(
            frozenset(group["keywords"].strings())
            for group in sections.groups("request_shapes", ("keywords",))
        ),
        model_words=tuple(sorted(sections.names("model_words"))),
        record_patterns=tuple(sorted(sections.names("records"))),
        tool_decorators=sections.names("tool_decorators"),
        beta_header=places["header"].string(),
        beta_parameter=places["parameter"].string(),
        obsolete=_read_obsolete(sections),
        words=tuple(sorted(sections.names("words"))),
    )


def _read_methods(sections: Sections) -> dict[tuple[str, ...], MethodFact]:
    found: dict[tuple[str, ...], MethodFact] = {}
    for group in sections.groups("methods", ("action", "top_level", "paths"), ("goes_on",)):
        action, top_level = group["action"].word(Action), group["top_level"].boolean()
        goes_on = "goes_on" in group and group["goes_on"].boolean()
        for dotted in group["paths"].strings():
            path = tuple(dotted.split("."))
            found[path] = MethodFact(path, action, top_level, goes_on)
    return found


def _read_obsolete(sections: Sections) -> dict[str, ObsoleteBeta]:
    found: dict[str, ObsoleteBeta] = {}
    for group in sections.groups("obsolete_betas", ("name", "since", "feature")):
        name = group["name"].string()
        source = group["source"].string() if "source" in group else ""
        found[name] = ObsoleteBeta(name, group["since"].string(), group["feature"].string(), source)
    return found
