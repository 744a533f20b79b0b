"""From how many tokens does a model cache, and how are tokens counted?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from promptlint.document import Node
from promptlint.facts.sections import Group, Sections, interval
from promptlint.interval import Interval

__all__ = [
    "Framing",
    "LongPrice",
    "Minimum",
    "Model",
    "Models",
    "Price",
    "TokenFacts",
    "read_models",
    "read_tokens",
]


@dataclass(frozen=True, slots=True)
class Minimum:
    """The shortest prefix that is cached, according to one source."""

    tokens: int
    where: str
    """Who says so."""
    documented: bool


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens."""

    input: float
    write_5m: float
    write_1h: float
    read: float
    output: float


@dataclass(frozen=True, slots=True)
class LongPrice:
    """The price of all tokens of a request that is longer than a border."""

    over: int
    """Input tokens, cached ones included; a request of just so many has the usual price."""
    price: Price


@dataclass(frozen=True, slots=True)
class Model:
    """A Claude model as far as caching goes."""

    id: str
    aliases: tuple[str, ...]
    minimums: tuple[Minimum, ...]
    """Every value seen, the documented one first."""
    platform_minimums: Mapping[str, int]
    generation: str
    """Tokenizer generation: gen1, gen2."""
    status: str
    """active, limited, deprecated or retired."""
    price: Price | None
    read_multiplier: float
    tool_prompt: Interval | None
    """Hidden system tokens that come with tools; None where nobody says."""
    source: str
    as_of: str
    long_price: LongPrice | None = None
    """What replaces `price` for long requests; None: one price for all."""

    @property
    def minimum(self) -> int:
        """Tokens below which nothing is cached; the lowest where sources disagree."""
        return min(minimum.tokens for minimum in self.minimums)

    @property
    def surely_cached(self) -> int:
        """Tokens from which every source says that it caches, on every platform."""
        return max(*(minimum.tokens for minimum in self.minimums), *self.platform_minimums.values(), 0)

    @property
    def disputed(self) -> bool:
        """Whether sources give different minimums."""
        return len({minimum.tokens for minimum in self.minimums}) > 1


@dataclass(frozen=True)
class Models:
    """Known models by id, alias and the ids of other platforms."""

    all: tuple[Model, ...]
    strip: tuple[re.Pattern[str], ...]
    """What other platforms and gateways add to an id; removed in this order."""

    def find(self, model_id: str) -> Model | None:
        """The model of an id as written: ``us.anthropic.claude-opus-4-5-20251101-v1:0``."""
        name = model_id.strip().lower()
        if name in self._by_id:
            return self._by_id[name]
        for pattern in self.strip:
            name = pattern.sub("", name)
            if name in self._by_id:
                return self._by_id[name]
        return self._by_id.get(re.sub(r"(?<=\d)\.(?=\d)", "-", name))

    @cached_property
    def _by_id(self) -> Mapping[str, Model]:
        return {name: model for model in self.all for name in (model.id, *model.aliases)}


@dataclass(frozen=True, slots=True)
class Framing:
    """Tokens that a request has beyond its text."""

    request: Interval
    message: Interval
    tools: Interval
    """Once per request that has tools, where the model is not known."""
    tool: Interval
    """Per tool, beyond its text."""


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """From the raw count of the published vocabulary to an interval of true counts."""

    factors: Mapping[str, tuple[float, float]]
    """Tokenizer generation → lowest and highest true count per raw token."""
    framing: Framing
    longest_token: int
    """Characters that one raw token can stand for at most."""
    bytes_per_character: int
    """Raw tokens that one character can take at most."""
    ascii_types: frozenset[str]
    """Types whose ``str()`` is plain ASCII, where a character takes at most one token."""


_MODEL_KEYS = ("aliases", "conflicts", "long_price", "platforms", "price", "tool_prompt")
_PRICE_KEYS = ("input", "write_5m", "write_1h", "read", "output")


def read_models(sections: Sections) -> Models:
    """Sections ``models`` and ``id_additions``; a model given again replaces the earlier one."""
    required = ("id", "minimum", "generation", "status", "read_multiplier")
    models = [_read_model(group) for group in sections.groups("models", required, _MODEL_KEYS)]
    additions = [
        pattern
        for group in sections.groups("id_additions", ("patterns",))
        for pattern in group["patterns"].elements()
    ]
    return Models(
        tuple({model.id: model for model in models}.values()),
        tuple(_pattern(node) for node in additions),
    )


def _read_model(group: Group) -> Model:
    where = group["source"].string() if "source" in group else ""
    minimums = [Minimum(group["minimum"].integer(), where, documented=True)]
    if "conflicts" in group:
        for conflict in group["conflicts"].elements():
            fields = conflict.fields(("tokens", "where"))
            minimums.append(Minimum(fields["tokens"].integer(), fields["where"].string(), documented=False))
    price = _read_price(group["price"].fields(_PRICE_KEYS)) if "price" in group else None
    long_price = group["long_price"].fields(("over", *_PRICE_KEYS)) if "long_price" in group else None
    platforms = group["platforms"].items() if "platforms" in group else ()
    return Model(
        id=group["id"].string(),
        aliases=group["aliases"].strings() if "aliases" in group else (),
        minimums=tuple(minimums),
        platform_minimums={platform: tokens.integer() for platform, tokens in platforms},
        generation=group["generation"].string(),
        status=group["status"].string(),
        price=price,
        read_multiplier=group["read_multiplier"].number(),
        tool_prompt=interval(group["tool_prompt"]) if "tool_prompt" in group else None,
        source=where,
        as_of=group["as_of"].string() if "as_of" in group else "",
        long_price=None
        if long_price is None
        else LongPrice(long_price["over"].integer(), _read_price(long_price)),
    )


def _read_price(fields: Mapping[str, Node]) -> Price:
    return Price(*(fields[key].number() for key in _PRICE_KEYS))


def _pattern(node: Node) -> re.Pattern[str]:
    try:
        return re.compile(node.string())
    except re.error as error:
        raise node.problem(f"not a regular expression ({error})", "mend it") from error


def read_tokens(sections: Sections) -> TokenFacts:
    """Sections ``generations``, ``framing`` and ``token_bounds``; the last group of each counts."""
    factors = {
        group["name"].string(): (group["low"].number(), group["high"].number())
        for group in sections.groups("generations", ("name", "low", "high"))
    }
    parts = ("request", "message", "tools", "tool")
    *_, framing = sections.groups("framing", parts)
    *_, bounds = sections.groups("token_bounds", ("longest_token", "bytes_per_character", "ascii_types"))
    return TokenFacts(
        factors,
        Framing(*(interval(framing[part]) for part in parts)),
        longest_token=bounds["longest_token"].integer(),
        bytes_per_character=bounds["bytes_per_character"].integer(),
        ascii_types=frozenset(bounds["ascii_types"].strings()),
    )
