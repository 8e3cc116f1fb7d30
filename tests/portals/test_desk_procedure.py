"""A step of a procedure at the desk: who does it in words, what it asks for, none before its turn, none twice."""

from uuid import uuid4

import pytest
from django.http import HttpResponse

from sanhu.domains.casework.models import Matter, ProcedureMark
from sanhu.domains.catalogue.models import ProcedureStep
from tests.cast import carry
from tests.domains.casework.test_procedures import lay_down
from tests.portals.conftest import Desks
from tests.portals.reading import words


def in_hand(desks: Desks) -> Matter:
    """A matter that is handled under an item with a procedure, whose steps a department does."""
    lay_down(desks.cast)
    ProcedureStep.objects.update(actor="functional_department", materials=["现场照片", "当事人说明"])
    return carry(desks.cast, to="in_progress").matter


def mark(desks: Desks, matter: Matter, position: int, *, who: str = "孙", **said: str) -> HttpResponse:
    form = {"client_id": str(uuid4()), "output_name": "", "words": "", **said}
    return desks.browser(who).post(f"/desk/matters/{matter.number}/procedure/{position}/", form)


@pytest.mark.covers("R44")
def test_a_step_says_who_does_it_and_what_it_takes_and_is_marked_in_its_turn(desks: Desks):
    matter = in_hand(desks)
    page = words(desks.browser("孙").get(f"/desk/matters/{matter.number}/procedure/1/").content.decode())
    assert "谁办 职能部门 材料 现场照片 当事人说明 时限 1 个工作日" in page
    early = mark(desks, matter, 2, output_name="文书")
    assert (early.status_code, ProcedureMark.objects.count()) == (403, 0)
    assert "程序不能跳步：先办“现场查看”" in early.content.decode()
    done = mark(desks, matter, 1, output_name="现场照片")
    assert done.status_code == 302
    card = words(desks.browser("孙").get(f"/desk/matters/{matter.number}/").content.decode())
    card = card[card.index("程序 已办") :]
    assert card.index("已办 现场查看") < card.index("现在办 通知清运")
    assert mark(desks, matter, 1, output_name="再来一次").status_code == 422
    assert ProcedureMark.objects.count() == 1


def test_whoever_does_not_handle_the_matter_marks_nothing(desks: Desks):
    matter = in_hand(desks)
    for who, status in (("周", 403), ("郑", 404), ("马", 404)):
        assert mark(desks, matter, 1, who=who, output_name="记录").status_code == status, who
    assert not ProcedureMark.objects.exists()
