"""Pages that stand in place of the portals where the look alone is on trial: a URL configuration."""

from django.contrib import messages
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.i18n import set_language

from sanhu.portals.look import views
from sanhu.portals.look.samples import Link


def framed(request: HttpRequest) -> HttpResponse:
    messages.success(request, "已受理。")
    account = {"name": "周某", "organisation": "东湖街道", "post": "窗口", "sign_out_url": "/out/"}
    return render(request, "look/desk.html", {"nav_items": [Link("待办", "/desk/", True, 7)], "account": account})


def away(request: HttpRequest) -> HttpResponse:
    raise OperationalError("database is locked")


def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


urlpatterns = [
    path("ui/", views.gallery),
    path("framed/", framed),
    path("away/", away),
    path("broken/", broken),
    path("reading-size/", views.reading_size, name="reading_size"),
    path("language/", set_language, name="set_language"),
]
handler404 = views.not_found
handler500 = views.server_error
