"""How the document's values are described, read and checked.

A section is a frozen dataclass that derives from `Value`; its annotations say what each key may hold, and a
docstring under a field what it means. Nothing else is needed to add one: reading, problems, saving,
differences and the JSON Schema all follow from `kind_of`.

Own code instead of pydantic, because importing that costs 0.3 s at every start and it stops at the first
cross-check that fails (docs/decisions has the measurement).
"""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Generic, Never, Self, TypeAlias, TypeVar

from azdesk.core.errors import DocumentError, Problem
from azdesk.fleet.paths import Path, joined

Faults: TypeAlias = list[tuple[Path, str]]
"""What is wrong: where, and the sentence for it."""

Define: TypeAlias = Callable[[type["Value"]], dict[str, Any]]

V = TypeVar("V")


class _Broken:
    def __repr__(self) -> str:
        return "BROKEN"


BROKEN: Final = _Broken()
"""Stands for a value that could not be read; the reason is among the faults."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What a text must look like; use it as ``Annotated[str, Rule(…)]``."""

    normal: Callable[[str], str]
    """Checks the text and returns its normal form; raises ValueError with the end of a sentence that begins
    with the value (“is not an IP address, such as …”)."""
    schema: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    """JSON Schema keywords that say nearly the same to an editor."""
    words: str = ""
    """What is allowed, in a few words for a table: “an IP address”."""
    dots: bool = False
    """As a key: may contain dots, so that forgetting the quotes is an easy mistake to explain."""


@dataclass(frozen=True, kw_only=True)
class Between:
    """Bounds of a whole number, both included; use it as ``Annotated[int, Between(…)]``."""

    least: int
    most: int
    unit: str = ""


class Table(dict[str, V], Generic[V]):
    """A mapping that cannot be changed; two are equal only if their order is the same too."""

    def _refuse(self, *_: object, **__: object) -> Never:
        raise TypeError("the document's values cannot be changed in place; see azdesk.fleet.edit")

    __setitem__ = __delitem__ = clear = pop = popitem = setdefault = update = __ior__ = _refuse

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Table):
            return dict.__eq__(self, other) and list(self) == list(other)
        return dict.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:  # type: ignore[override]  # a dict cannot be hashed, but this one never changes
        return hash(tuple(self.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        return (Table, (dict(self),))


class Value:
    """Base of everything in the document. Constructing one checks it.

    Raises:
        DocumentError: with every fault; the paths are relative to this value.
    """

    STAND_IN: ClassVar[Mapping[str, Any]] = {}
    """What to go on with when a required field could not be read, so that the other checks still run."""

    def __post_init__(self) -> None:
        faults: Faults = []
        for name, part in parts_of(type(self)).items():
            value = part.read(getattr(self, name), (name,), faults)
            if value is not BROKEN:
                object.__setattr__(self, name, value)
        if not faults:
            faults.extend(self.faults())
        if faults:
            raise invalid(f"This {type(self).__name__.lower()} is not valid.", faults)

    def faults(self) -> Iterator[tuple[Path, str]]:
        """What is wrong between the fields, each of which is right by itself."""
        return iter(())

    def changed(self, **values: Any) -> Self:
        """A copy with other values in some fields, checked."""
        return dataclasses.replace(self, **values)  # type: ignore[type-var]  # each subclass is a dataclass

    def plain(self, *, everything: bool = False) -> dict[str, Any]:
        """As made of dict, list, str, int and bool; without fields that have their default, unless asked."""
        plain: dict[str, Any] = _plain_value(self, everything)
        return plain


def invalid(what: str, faults: Faults) -> DocumentError:
    """The error for a list of faults."""
    return DocumentError(what, problems=[Problem(path=joined(path), message=text) for path, text in faults])


class Kind:
    """What a field or an element may hold."""

    def read(self, value: Any, at: Path, faults: Faults) -> Any:
        """The value in its normal form; or BROKEN, with the reason added to `faults`."""
        raise NotImplementedError

    def schema(self, define: Define) -> dict[str, Any]:
        """JSON Schema; `define` gives the reference to another section's."""
        raise NotImplementedError


@dataclass(frozen=True)
class Text(Kind):
    """A string, perhaps with a rule."""

    rule: Rule | None = None

    def read(self, value: Any, at: Path, faults: Faults) -> Any:
        if not isinstance(value, str):
            faults.append((at, f"must be a text in quotes, not {_named(value)}"))
            return BROKEN
        try:
            value.encode()
            return self.rule.normal(value) if self.rule else value
        except UnicodeEncodeError:
            faults.append((at, "has characters that cannot be written to a file"))
        except ValueError as error:
            shown = value if len(value) <= 60 else value[:59] + "…"
            faults.append((at, f"“{shown}” {error}" if value else f"must not be empty: “” {error}"))
        return BROKEN

    def schema(self, define: Define) -> dict[str, Any]:  # noqa: ARG002
        return {"type": "string", **(self.rule.schema if self.rule else {})}


@dataclass(frozen=True)
class Whole(Kind):
    """A whole number."""

    bounds: Between | None = None

    def read(self, value: Any, at: Path, faults: Faults) -> Any:
        bounds = self.bounds
        allowed = "a whole number"
        if bounds:
            allowed += f" from {bounds.least} to {bounds.most}" + (f" {bounds.unit}" if bounds.unit else "")
        if not isinstance(value, int) or isinstance(value, bool):
            hint = ", without quotes" if isinstance(value, str) else f", not {_named(value)}"
            faults.append((at, f"must be {allowed}{hint}"))
            return BROKEN
        if bounds and not bounds.least <= value <= bounds.most:
            # A number of thousands of digits cannot even be printed.
            shown = value if abs(value) < 10**20 else "this number"
            faults.append((at, f"{shown} is out of range: must be {allowed}"))
            return BROKEN
        return value

    def schema(self, define: Define) -> dict[str, Any]:  # noqa: ARG002
        if not self.bounds:
            return {"type": "integer"}
        return {"type": "integer", "minimum": self.bounds.least, "maximum": self.bounds.most}


@dataclass(frozen=True)
class Flag(Kind):
    """true or false."""

    def read(self, value: Any, at: Path, faults: Faults) -> Any:
        if isinstance(value, bool):
            return value
        faults.append((at, f"must be true or false, without quotes, not {_named(value)}"))
        return BROKEN

    def schema(self, define: Define) -> dict[str, Any]:  # noqa: ARG002
        return {"type": "boolean"}


@dataclass(frozen=True)
class Choice(Kind):
    """One of a few words or numbers."""

    values: tuple[str | int, ...]

    def read(self, value: Any, at: Path, faults: Faults) -> Any:
        for allowed in self.values:
            if value == allowed and type(value) is type(allowed):
                return allowed
        names = [str(allowed) for allowed in self.values]
        shown = f"“{value}”" if isinstance(value, str) and len(value) <= 60 else _named(value)
        faults.append(
            (at, f"{shown} is not allowed; must be {_either(names)}{meant(str(value)[:60], names)}")
        )
        return BROKEN

    def schema(self, define: Define) -> dict[str, Any]:  # noqa: ARG002
        return {"enum": list(self.values)}


@dataclass(frozen=True)
class ListOf(Kind):
    """A list; nothing may be in it twice."""

    item: Kind

    def read(self, value: Any, at: Path, faults: Faults) -> Any:
        if not isinstance(value, list | tuple):
            hint = (
                f": write [{value!r}]".replace("'", '"') if isinstance(value, str) and len(value) < 40 else ""
            )
            faults.append((at, f"must be a list in square brackets, not {_named(value)}{hint}"))
            return BROKEN
        known = len(faults)
        out: list[Any] = []
        for index, element in enumerate(value):
            read = self.item.read(element, (*at, str(index)), faults)
            if read is not BROKEN and read in out:
                faults.append(((*at, str(index)), f"“{element}” is in the list twice"))
            out.append(read)
        return tuple(out) if len(faults) == known else BROKEN

    def schema(self, define: Define) -> dict[str, Any]:
        return {"type": "array", "items": self.item.schema(define), "uniqueItems": True}


@dataclass(frozen=True)
class Section(Kind):
    """A table with fixed keys."""

    cls: type[Value]

    def read(self, value: Any, at: Path, faults: Faults) -> Any:
        if isinstance(value, self.cls):
            return value
        if not isinstance(value, Mapping):
            faults.append(
                (at, f"must be a table with {_either(list(parts_of(self.cls)))}, not {_named(value)}")
            )
            return BROKEN
        return read_value(self.cls, value, at, faults)

    def schema(self, define: Define) -> dict[str, Any]:
        return define(self.cls)


@dataclass(frozen=True)
class TableOf(Kind):
    """A table of named entries of one kind."""

    key: Text
    item: Section

    def read(self, value: Any, at: Path, faults: Faults) -> Any:
        if not isinstance(value, Mapping):
            faults.append((at, f"must be a table of names, not {_named(value)}"))
            return BROKEN
        out: dict[str, Any] = {}
        dots = self.key.rule is not None and self.key.rule.dots
        for raw, element in value.items():
            if dots and (whole := self._unquoted(raw, element)) is not None:
                keys = (*at, *whole)
                name = ".".join(whole)
                faults.append((keys, f"a name with dots needs quotes: [{joined((*at, name))}]"))
                out[name] = read_value(self.item.cls, {}, keys, [])
                continue
            here = (*at, str(raw))
            name = self.key.read(raw, here, faults)
            read = self.item.read(element, here, faults)
            if name is BROKEN or read is BROKEN:
                continue
            if name in out:
                faults.append(((*at, raw), f"“{name}” is here twice (capitals make no difference)"))
            out[name] = read
        return Table(out)

    def _unquoted(self, name: str, element: Any) -> Path | None:
        """The keys of a name whose dots TOML took apart, as in ``[clusters.company.com]``."""
        keys = [name]
        fields = parts_of(self.item.cls)
        while isinstance(element, Mapping) and len(element) == 1:
            (key, inner), *_ = element.items()
            if key in fields or not isinstance(inner, Mapping):
                break
            keys.append(key)
            element = inner
        return tuple(keys) if len(keys) > 1 else None

    def schema(self, define: Define) -> dict[str, Any]:
        names = dict(self.key.rule.schema) if self.key.rule else {}
        return {
            "type": "object",
            "additionalProperties": self.item.schema(define),
            **({"propertyNames": names} if names else {}),
        }


@dataclass(frozen=True)
class Part(Kind):
    """A field of a section: a kind, with the default that is always allowed."""

    kind: Kind
    default: Any = BROKEN
    """BROKEN for a required field."""

    def read(self, value: Any, at: Path, faults: Faults) -> Any:
        # An empty text often means "not set", though the rule for the text itself would refuse it.
        if type(value) is type(self.default) and value == self.default:
            return value
        return self.kind.read(value, at, faults)

    @property
    def required(self) -> bool:
        return self.default is BROKEN


_SIMPLE: Final[dict[type, Kind]] = {str: Text(), int: Whole(), bool: Flag()}
_PARTS: Final[dict[type[Value], dict[str, Part]]] = {}


def parts_of(cls: type[Value]) -> dict[str, Part]:
    """Fields of a section by name, in the order in which they are written."""
    if cls in _PARTS:
        return _PARTS[cls]
    hints = typing.get_type_hints(cls, include_extras=True)
    parts = {}
    for item in dataclasses.fields(cls):  # type: ignore[arg-type]  # each subclass is a dataclass
        default: Any = BROKEN
        if item.default is not dataclasses.MISSING:
            default = item.default
        elif item.default_factory is not dataclasses.MISSING:
            default = item.default_factory()
        parts[item.name] = Part(kind_of(hints[item.name]), default)
    _PARTS[cls] = parts
    return parts


def kind_of(hint: Any) -> Kind:
    """The kind that an annotation stands for.

    Raises:
        TypeError: a mistake in the model, not in a document.
    """
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        extra = next((extra for extra in hint.__metadata__ if isinstance(extra, Rule | Between)), None)
        return Text(extra) if isinstance(extra, Rule) else Whole(extra) if extra else kind_of(args[0])
    if origin is typing.Literal:
        return Choice(args)
    if origin is tuple and args[1:] == (...,):
        return ListOf(kind_of(args[0]))
    if origin is Mapping:
        key, item = kind_of(args[0]), kind_of(args[1])
        if isinstance(key, Text) and isinstance(item, Section):
            return TableOf(key, item)
    if isinstance(hint, type) and not isinstance(hint, types.GenericAlias):
        if hint in _SIMPLE:
            return _SIMPLE[hint]
        if issubclass(hint, Value):
            return Section(hint)
    raise TypeError(f"the document has no kind for {hint!r}")


def read_value(cls: type[Value], data: Mapping[str, Any], at: Path, faults: Faults) -> Any:
    """A section from a table, with every fault in it; stand-ins for what is broken let checks go on."""
    parts = parts_of(cls)
    strange = [str(key) for key in data if key not in parts]
    faults.extend(((*at, key), _unknown(key, tuple(parts))) for key in strange)
    # A key that is mistyped is one mistake: it is not told as missing, too.
    mistyped = {_nearest(key, parts) for key in strange}
    values: dict[str, Any] = {}
    sound = True
    for name, part in parts.items():
        if name in data:
            value = part.read(data[name], (*at, name), faults)
        else:
            value = part.default
            if value is BROKEN and name not in mistyped:
                faults.append(((*at, name), "is missing"))
        if value is BROKEN:
            sound = False
            value = cls.STAND_IN.get(name, part.default)
        values[name] = value
    instance = object.__new__(cls)
    instance.__dict__.update(values)
    if sound or cls.STAND_IN or not any(part.required for part in parts.values()):
        known = {path for path, _ in faults}
        faults.extend(((*at, *path), text) for path, text in instance.faults() if (*at, *path) not in known)
    return instance


def _plain_value(value: Any, everything: bool) -> Any:
    if isinstance(value, Value):
        parts = parts_of(type(value))
        return {
            name: _plain_value(getattr(value, name), everything)
            for name, part in parts.items()
            if everything or getattr(value, name) != part.default
        }
    if isinstance(value, Mapping):
        return {key: _plain_value(item, everything) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain_value(item, everything) for item in value]
    return value


_SECRET = re.compile(r"pass(word|phrase|wd)?|secret|token|pin|cookie", re.IGNORECASE)


def _unknown(key: str, allowed: tuple[str, ...]) -> str:
    near = meant(key, allowed)
    if near:
        return f"unknown key{near}"
    if _SECRET.fullmatch(key):
        return "unknown key; secrets are not kept here but in the keyring, under a credential's name"
    return f"unknown key; allowed here: {', '.join(allowed)}"


def meant(name: str, names: typing.Iterable[str]) -> str:
    """``; did you mean …?`` for the nearest of the names, or nothing."""
    near = _nearest(name, names)
    return f"; did you mean {near}?" if near else ""


def _nearest(name: str, names: typing.Iterable[str]) -> str:
    import difflib  # only needed once something is wrong

    return next(iter(difflib.get_close_matches(name.lower(), list(names), n=1, cutoff=0.6)), "")


def _either(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " or " + names[-1]


def _named(value: Any) -> str:
    """What kind of TOML value something is, for people; never the value: it may be long or private."""
    for cls, name in (
        (bool, "true or false"),
        (str, "a text"),
        (int, "a number"),
        (float, "a number with a fraction"),
        (Mapping, "a table"),
        (list, "a list"),
    ):
        if isinstance(value, cls):
            return name
    return "a date or time" if type(value).__module__ == "datetime" else type(value).__name__
