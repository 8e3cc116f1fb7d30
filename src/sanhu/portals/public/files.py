"""Files that residents take away: tables, and proofs from the record as tools/verify_record.py reads them."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext


def table_file(data: bytes, name: str) -> HttpResponse:
    """Give a table as a file."""
    answer = HttpResponse(data, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def proof_file(name: str, prove: Callable[[], dict[str, Any]]) -> HttpResponse:
    """Give a proof as a file; where a part of the tree is missing, say so."""
    try:
        found = prove()
    except LookupError:
        words = gettext("现在给不出证明：记录树缺了一部分。")
        return HttpResponse(words, status=503, content_type="text/plain; charset=utf-8")
    answer = JsonResponse(found, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
