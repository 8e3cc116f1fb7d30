"""Pages that belong to no room: what went wrong, the reading size, and the gallery of components."""

import sys
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_POST

from sanhu.portals.look import samples
from sanhu.portals.look.context import ELDER_COOKIE, SCHEME_COOKIE, SCHEMES, page
from sanhu.portals.look.unavailable import database_away, is_database_away
from sanhu.portals.watching.lines import REQUEST_ID

_A_YEAR = 365 * 24 * 3600


def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component with made-up data; not found where nothing is demonstrated."""
    if not (settings.DEBUG or settings.SANHU_DEMO):
        raise Http404
    return render(request, "look/gallery.html", samples.gallery(request.GET))


@require_POST
def reading_size(request: HttpRequest) -> HttpResponse:
    """Remember whether the reader wants large text, or which colours, and go back to where he was."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    if (scheme := request.POST.get("scheme", "")) in SCHEMES:
        name, chosen = SCHEME_COOKIE, scheme
    else:
        name, chosen = ELDER_COOKIE, "1" if request.POST.get("elder") == "1" else "0"
    response.set_cookie(name, chosen, max_age=_A_YEAR, secure=request.is_secure(), httponly=True, samesite="Lax")
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400, without asking the request anything more: its host or its form may be what is wrong with it."""
    del exception
    title, text = gettext("这个请求看不懂"), gettext("请返回上一页，从页面上的链接或按钮再来一次。")
    body = render_to_string("look/trouble.html", {"title": title, "text": text, **page(request)})
    return HttpResponse(body, status=400)


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403."""
    del exception
    return _trouble(request, gettext("您的岗位不能打开这一页"), gettext("需要的话，请找本单位的管理员。"), status=403)


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404: what does not exist and what one may not see look the same."""
    del exception
    return _trouble(request, gettext("没有找到这一页"), gettext("地址可能写错了，或者内容不对您公开。"), status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a form that did not come from this browser's page, or from one that lay open too long."""
    del reason
    text = gettext("页面放得太久，或浏览器不接受 Cookie。请返回上一页刷新，再提交一次；这一次没有保存。")
    return _trouble(request, gettext("这张表没有收下"), text, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500, or 503 when the database went away outside a view; asks the database nothing."""
    if is_database_away(sys.exc_info()[1]):
        return database_away(request)
    context = {
        "title": gettext("系统出了差错"),
        "text": gettext("差错已经记下。请过一会儿再试；如果刚才提交了内容，请先查一查是否已经登记。"),
        "request_id": request.META.get(REQUEST_ID, ""),
        **page(request),
    }
    return HttpResponse(render_to_string("look/trouble.html", context), status=500)


def _trouble(request: HttpRequest, title: str, text: str, *, status: int) -> HttpResponse:
    context: dict[str, Any] = {"title": title, "text": text}
    return render(request, "look/trouble.html", context, status=status)
