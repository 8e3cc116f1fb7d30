"""Was this letter really issued here? Whoever holds the paper types its check code and compares (H.1)."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sanhu.domains.evidence import throttle
from sanhu.domains.evidence.letters import find_letter
from sanhu.portals import clock
from sanhu.portals.look.addresses import address_of
from sanhu.portals.public.forms import LetterCheckForm
from sanhu.portals.public.page import public_page

_WINDOW = timedelta(minutes=15)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def letter_check(request: HttpRequest) -> HttpResponse:
    """Ask for the check code; a right one shows what the letter must say. Guesses are slowed down."""
    form = LetterCheckForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return public_page(request, "letter_check", {"form": form}, status=422 if form.is_bound else 200)
    at = clock.now()
    key = throttle.key_of("letter", address_of(request))
    if throttle.tries(key, at=at, window=_WINDOW) >= settings.SANHU_RECEIPT_TRIES:
        form.add_error(None, _("试得太多了，请 15 分钟以后再试。"))
        return public_page(request, "letter_check", {"form": form}, status=429)
    letter = find_letter(form.cleaned_data["code"])
    if letter is None:
        throttle.count_try(key, at=at, window=_WINDOW)
        form.add_error(
            "code",
            _("“校验码”：没有发出过带这个校验码的文书。请照纸上再核对一遍；核对无误的，这份文书不是本区发出的。"),
        )
        return public_page(request, "letter_check", {"form": form}, status=422)
    return public_page(request, "letter_check", {"form": LetterCheckForm(), "letter": letter})
