"""Keeping a list of matters under a name, and giving it up: one's own, and no affair of anybody else."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from sanhu.domains.subjects.models import SavedView
from sanhu.domains.subjects.permissions import Permission
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.saved_lists import MOST_SAVED, person_of, query_of, saved_by
from sanhu.portals.look.forms import LookForm

MOST_NAME, MOST_QUERY = 40, 1000
_PAGE = "matters"


class SavedListForm(LookForm):
    """A name, and what the address says of the list."""

    name = forms.CharField(label=_("名称"), max_length=MOST_NAME)
    query = forms.CharField(max_length=MOST_QUERY, widget=forms.HiddenInput)

    def __init__(self, *args: Any, acting: Acting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._saved = saved_by(acting, _PAGE)

    def clean_name(self) -> str:
        """Refuse one more than there may be; under a name there is already, the list is replaced."""
        name = str(self.cleaned_data["name"]).strip()
        if self._saved.count() >= MOST_SAVED and not self._saved.filter(name=name).exists():
            raise ValidationError(gettext("常用的列表：最多 %(most)d 个，请先删除一个") % {"most": MOST_SAVED})
        return name


@require_POST
@at_the_desk(Permission.MATTER_VIEW)
def saved_list_save(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Keep the list under a name; the same name again replaces what it stood for."""
    form = SavedListForm(request.POST, acting=acting)
    query = query_of(str(request.POST.get("query", ""))[:MOST_QUERY])
    if form.is_valid():
        SavedView.objects.update_or_create(
            person_id=person_of(acting),
            page=_PAGE,
            name=form.cleaned_data["name"],
            defaults={"query": query},
        )
    else:
        for faults in form.errors.values():
            for fault in faults:
                messages.error(request, str(fault))
    return redirect(f"{reverse('desk:matters')}?{query}")


@require_POST
@at_the_desk(Permission.MATTER_VIEW)
def saved_list_delete(request: HttpRequest, *, acting: Acting, pk: int) -> HttpResponse:
    """Give one's own list up."""
    found = saved_by(acting, _PAGE).filter(pk=pk).first()
    if found is None:
        raise Http404
    found.delete()
    messages.success(request, gettext("已删除：%(name)s。") % {"name": found.name})
    return redirect("desk:matters")
