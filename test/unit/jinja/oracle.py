"""Answers expressions and templates with the real Jinja2.

Reads a JSON list of {kind, src, vars, opts} from stdin and writes a JSON list of answers, each with the value as
cases.md describes it, to stdout.
"""

import json
import sys
import types

import jinja2


class ChainingUndefined(jinja2.StrictUndefined):
    """Strict, except that attributes and items of it are itself again."""

    __slots__ = ()

    def __getattr__(self, name):
        if name[:2] == "__":
            raise AttributeError(name)
        return self

    def __getitem__(self, key):
        return self

    def __repr__(self):
        return self._fail_with_undefined_error()


def decode(value):
    if isinstance(value, list):
        return [decode(item) for item in value]
    if isinstance(value, dict):
        if "$float" in value:
            return float(value["$float"])
        if "$int" in value:
            return int(value["$int"])
        return {key: decode(item) for key, item in value.items()}
    return value


def encode(value):
    if isinstance(value, jinja2.Undefined):
        name = value._undefined_name
        return {"$undefined": name if isinstance(name, str) else None}
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, float):
        return {"$float": repr(value)}
    if isinstance(value, int):
        return {"$int": str(value)}
    if isinstance(value, tuple):
        return {"$tuple": [encode(item) for item in value]}
    if isinstance(value, dict):
        return {"$dict": [[encode(key), encode(item)] for key, item in value.items()]}
    if isinstance(value, list):
        return [encode(item) for item in value]
    if isinstance(value, types.MethodType) or callable(value):
        return {"$callable": True}
    if hasattr(value, "__iter__") or hasattr(value, "__next__"):
        return [encode(item) for item in value]
    return {"$object": type(value).__name__}


def answer(case):
    try:
        environment = jinja2.Environment(
            undefined=ChainingUndefined,
            extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"],
            **case["opts"],
        )
        values = decode(case["vars"])
        if case["kind"] == "expr":
            return encode(environment.compile_expression(case["src"], undefined_to_none=False)(**values))
        return environment.from_string(case["src"]).render(**values)
    except Exception as error:
        return {"$error": type(error).__name__, "message": str(error)}


def main():
    json.dump([answer(case) for case in json.load(sys.stdin)], sys.stdout)


main()
