"""The interface itself: bodies that can be kept, one way to say no, and a description in the reader's language."""

import json
from functools import cached_property
from typing import Any, cast

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.utils.translation import get_language, gettext, gettext_noop
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.parser import Parser
from ninja.renderers import JSONRenderer
from ninja.types import DictStrAny

from sanhu.portals.open.problems import MEDIA_TYPE, TITLES, Problem, answer

TITLE = gettext_noop("三互开放接口")
ABOUT = gettext_noop("和页面同一套规则、同样的可见范围、同样的不予办理的理由。公开的不用令牌，工作台的用令牌。")
DONE = gettext_noop("办成了")
_NUL = "\x00"
UNKEEPABLE = gettext_noop("含有不能保存的字符")


class ReadableRenderer(JSONRenderer):
    """Writes Chinese as it reads."""

    media_type = "application/json"
    json_dumps_params = {"ensure_ascii": False}


class KeepableParser(Parser):
    """Reads JSON whose every text can be kept: no NUL, no half of a character, no nesting without end."""

    def parse_body(self, request: HttpRequest) -> DictStrAny:
        """Give the body. Raises Problem for what is no JSON, is too much, or cannot be kept."""
        try:
            read = json.loads(request.body)
            again = json.dumps(read, ensure_ascii=False)
            again.encode()
        except RequestDataTooBig:
            raise Problem(413) from None
        except UnicodeEncodeError:
            raise Problem(422, (UNKEEPABLE,)) from None
        except (ValueError, RecursionError):
            raise Problem(400) from None
        if "\\u0000" in again and _holds_nul(read):
            raise Problem(422, (UNKEEPABLE,))
        return cast("DictStrAny", read)


def _holds_nul(read: Any) -> bool:
    match read:
        case str():
            return _NUL in read
        case list():
            return any(_holds_nul(one) for one in read)
        case dict():
            return any(_holds_nul(name) or _holds_nul(value) for name, value in read.items())
        case _:
            return False


class OpenApi(NinjaAPI):
    """The house's one interface; its errors have one handler."""

    def set_default_exception_handlers(self) -> None:
        """Let one handler answer for everything."""
        self.add_exception_handler(Exception, cast("Any", answer))

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Call an operation by the name of what it does."""
        return operation.view_func.__name__

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: DictStrAny | None = None
    ) -> OpenAPISchema:
        """Describe the interface, worded for whoever reads it; it does not change while the house runs."""
        language = get_language() or ""
        if language not in self._described:
            self._described[language] = self._describe(path_prefix=path_prefix, path_params=path_params)
        return self._described[language]

    @cached_property
    def _described(self) -> dict[str, OpenAPISchema]:
        return {}

    def _describe(self, *, path_prefix: str | None, path_params: DictStrAny | None) -> OpenAPISchema:
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        for shape in schema["components"]["schemas"].values():
            shape.pop("description", None)  # what a class is for is told to those who build here
        for methods in schema["paths"].values():
            for operation in methods.values():
                _say_problems(operation)
        _reword(schema)
        return schema


def _say_problems(operation: dict[str, Any]) -> None:
    """Errors are written as problems, whatever an operation answers otherwise."""
    operation.pop("description", None)
    for status, told in operation["responses"].items():
        told["description"] = TITLES.get(int(status), DONE)
        if int(status) in TITLES:
            told["content"] = {MEDIA_TYPE: told["content"]["application/json"]}


def _reword(part: Any) -> None:
    """Put summaries and descriptions into the reader's language, wherever they stand."""
    if isinstance(part, list):
        for one in part:
            _reword(one)
    elif isinstance(part, dict):
        for name, value in part.items():
            if name in {"summary", "description", "title"} and isinstance(value, str) and value:
                part[name] = gettext(value)
            else:
                _reword(value)
        if isinstance(part.get("tags"), list):
            part["tags"] = [gettext(tag) for tag in part["tags"]]
