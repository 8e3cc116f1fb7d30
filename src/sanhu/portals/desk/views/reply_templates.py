"""Templates of one's own body at the desk: the list, a new one, changing one, taking one out of use."""

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from sanhu.domains.casework.models import ReplyTemplate
from sanhu.domains.casework.reply_templates import KEEPING, known_items, templates_of
from sanhu.domains.casework.rules import MATTER
from sanhu.domains.casework.services.reply_templates import OVERTAKEN, add_template, change_template, retire_template
from sanhu.portals import clock
from sanhu.portals.desk.acting import Acting, at_the_desk
from sanhu.portals.desk.administering import Asked, ask
from sanhu.portals.desk.forms.reply_templates import ReplyTemplateForm, RetireForm
from sanhu.portals.desk.page import desk_page
from sanhu.portals.desk.submitting import Written, submit
from sanhu.portals.look.templatetags.affairs import item_name
from sanhu.portals.matters import move_words


@require_safe
@at_the_desk(*KEEPING)
def reply_templates(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """List the templates of the body."""
    names = {item.code: item_name(item) for item in known_items(acting.actor.district, at=clock.now())}
    rows = [
        {
            "template": template,
            "move": move_words(MATTER.move(template.move)) if template.move else "",
            "item": names.get(template.item_code, ""),
        }
        for template in templates_of(acting.actor)
    ]
    return desk_page(request, "reply_templates", acting, {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(*KEEPING)
def reply_template_new(request: HttpRequest, *, acting: Acting) -> HttpResponse:
    """Write a new template."""
    at = clock.now()
    form = ReplyTemplateForm(request.POST or None, district=acting.actor.district, at=at)
    asked = _asked(form, title=_("新建常用答复"), submit=_("保存"))
    if request.method != "POST" or not form.is_valid():
        return ask(request, acting, asked)
    written = submit(form, acting, lambda: add_template(actor=acting.actor, at=at, draft=form.draft()).pk)
    return _answer(request, acting, asked, written, gettext("已保存：%(name)s。") % {"name": form.cleaned_data["name"]})


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(*KEEPING)
def reply_template(request: HttpRequest, *, acting: Acting, template: int) -> HttpResponse:
    """Change a template."""
    found, at = _own_or_404(acting, template), clock.now()
    initial = {name: getattr(found, name) for name in ("name", "move", "item_code", "text", "revision")}
    form = ReplyTemplateForm(request.POST or None, district=acting.actor.district, at=at, initial=initial)
    asked = _asked(form, title=_("修改常用答复"), submit=_("保存"))
    if request.method != "POST" or not form.is_valid():
        return ask(request, acting, asked)
    said = form.cleaned_data
    written = submit(
        form,
        acting,
        lambda: (
            change_template(
                actor=acting.actor, at=at, template_id=found.pk, revision=said["revision"] or 0, draft=form.draft()
            ).pk
        ),
        about=f"reply_template:{found.pk}",
    )
    if _is_overtaken(written):
        return _show_overtaken(request, acting, asked, written, found)
    return _answer(request, acting, asked, written, gettext("已保存：%(name)s。") % {"name": said["name"]})


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk(*KEEPING)
def reply_template_retire(request: HttpRequest, *, acting: Acting, template: int) -> HttpResponse:
    """Take a template out of use; what was written with it stays as it is."""
    found = _own_or_404(acting, template)
    form = RetireForm(request.POST or None, initial={"revision": found.revision})
    asked = _asked(
        form,
        title=_("停用常用答复"),
        submit=_("停用"),
        lead=found.name,
        notes=(found.text, _("停用以后不能再选用；以前用它写的内容不变。")),
    )
    if request.method != "POST" or not form.is_valid():
        return ask(request, acting, asked)
    written = submit(
        form,
        acting,
        lambda: (
            retire_template(
                actor=acting.actor,
                at=clock.now(),
                template_id=found.pk,
                revision=form.cleaned_data["revision"],
            ).pk
        ),
        about=f"reply_template:{found.pk}",
    )
    return _answer(request, acting, asked, written, gettext("已停用：%(name)s。") % {"name": found.name})


def _own_or_404(acting: Acting, template: int) -> ReplyTemplate:
    found = templates_of(acting.actor).filter(pk=template).first()
    if found is None:
        raise Http404
    return found


def _asked(
    form: ReplyTemplateForm | RetireForm,
    *,
    title: str | Promise,
    submit: str | Promise,
    lead: str = "",
    notes: tuple[str | Promise, ...] = (),
) -> Asked:
    crumbs = [(_("常用答复"), reverse("desk:reply_templates")), (title, "")]
    return Asked(title=title, submit=submit, form=form, crumbs=crumbs, lead=lead, notes=notes)


def _answer(request: HttpRequest, acting: Acting, asked: Asked, written: Written, said: str) -> HttpResponse:
    if not written.is_done:
        return ask(request, acting, asked, written)
    messages.success(request, said)
    return redirect("desk:reply_templates")


def _is_overtaken(written: Written) -> bool:
    return written.decision is not None and OVERTAKEN in written.decision.reasons


def _show_overtaken(
    request: HttpRequest, acting: Acting, asked: Asked, written: Written, found: ReplyTemplate
) -> HttpResponse:
    """A colleague changed it meanwhile: show what stands there now beside one's own words, and let one decide anew."""
    found.refresh_from_db()
    kept = request.POST.copy()
    kept["revision"] = str(found.revision)
    asked.form.data = kept
    now = gettext("现在的内容：%(text)s") % {"text": found.text}
    return ask(request, acting, replace(asked, notes=(now,)), replace(written, status=409))
