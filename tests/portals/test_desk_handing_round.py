"""At the desk: who rules what was handed round, what guides whoever accepts, the procedure, and likely duplicates."""

from uuid import uuid4

import pytest

from sanhu.domains.casework.models import Matter, ProcedureMark, Ruling
from tests.cast import ITEM, LEAD, OTHER_ITEM, carry, move
from tests.domains.casework.test_procedures import lay_down
from tests.portals.conftest import Desks

WORDS = "市政道路边的装修垃圾堆了三天，没有人清运。"
pytestmark = pytest.mark.covers("R45")


def handed_back(desks: Desks) -> Matter:
    matter = carry(desks.cast, to="assigned", words=WORDS, address="").matter
    for code, who in (("send_back", "吴"), ("assign", "徐"), ("send_back", "吴")):
        move(desks.cast, matter.number, code, by=who)
    return Matter.objects.get(pk=matter.pk)


def page(desks: Desks, who: str, path: str) -> str:
    return desks.browser(who).get(path).content.decode()


def test_the_coordinating_body_rules_and_the_next_clerk_reads_it(desks: Desks):
    matter = handed_back(desks)
    url = f"/desk/matters/{matter.number}/"
    assert "已经转手 3 次，由区社区建设协调管理机构裁定主责" in page(desks, "徐", url)
    assert "下一步：区社区建设协调管理机构" in page(desks, "徐", url)
    assert desks.browser("徐").get(f"{url}moves/assign/").status_code == 403
    assert "裁定的主责单位" in page(desks, "高", f"{url}moves/rule/")
    form = {
        "client_id": str(uuid4()),
        "revision": matter.revision,
        "duty": desks.cast.duties[ITEM].pk,
        "lead": desks.cast.bodies[LEAD].pk,
        "article": "市容条例第十四条",
        "reason": "市政道路上的由城市管理部门清运。",
        "is_precedent": "on",
    }
    faulty = desks.browser("高").post(f"{url}moves/rule/", form | {"article": ""})
    assert faulty.status_code == 422
    assert desks.browser("高").post(f"{url}moves/rule/", form).status_code == 302
    assert Ruling.objects.get().is_precedent
    assert "裁定 2026-1" in page(desks, "吴", url)
    later = carry(desks.cast, to="registered", words="路边又堆了装修垃圾，一直没有人清运", address="").matter
    accept = page(desks, "周", f"/desk/matters/{later.number}/moves/accept/")
    assert "裁定 2026-1" in accept
    assert "市政道路上的由城市管理部门清运。" in accept
    other = carry(desks.cast, to="registered", words="楼上半夜装修噪声很大，没法睡觉。", address="").matter
    assert "裁定 2026-1" not in page(desks, "周", f"/desk/matters/{other.number}/moves/accept/")


def test_the_dispatcher_brings_a_matter_under_another_item(desks: Desks):
    matter = carry(desks.cast, to="returned").matter
    url = f"/desk/matters/{matter.number}/moves/reclassify/"
    form = {"client_id": str(uuid4()), "revision": matter.revision, "reason": "占道经营。"}
    said = {"duty": desks.cast.duties[OTHER_ITEM].pk}
    assert desks.browser("徐").post(url, form).status_code == 422
    assert desks.browser("徐").post(url, form | said).status_code == 302
    assert "改归另一项" in page(desks, "徐", f"/desk/matters/{matter.number}/")
    public = page(desks, "", f"/matters/{matter.number}/")
    assert "改归" not in public


@pytest.mark.covers("R44")
def test_the_procedure_is_a_checklist_at_the_desk_and_progress_for_everybody(desks: Desks):
    lay_down(desks.cast)
    carried = carry(desks.cast, to="in_progress")
    number = carried.matter.number
    url = f"/desk/matters/{number}/procedure/"
    shown = page(desks, "孙", f"/desk/matters/{number}/")
    assert f'href="{url}1/"' in shown
    assert f'href="{url}1/"' not in page(desks, "徐", f"/desk/matters/{number}/")
    form = {"client_id": str(uuid4()), "words": "只有我们知道的说明", "output_name": "照片三张"}
    assert desks.browser("孙").post(f"{url}1/", form | {"output_name": ""}).status_code == 422
    assert desks.browser("孙").post(f"{url}2/", form).status_code == 403
    assert desks.browser("徐").post(f"{url}1/", form).status_code == 403
    assert desks.browser("孙").get(f"{url}9/").status_code == 404
    for _time in range(2):
        assert desks.browser("孙").post(f"{url}1/", form).status_code == 302
    assert ProcedureMark.objects.count() == 1
    assert "照片三张" in page(desks, "徐", f"/desk/matters/{number}/")
    public = page(desks, "", f"/matters/{number}/")
    assert "程序走到哪一步" in public
    assert "现场查看" in public
    assert "只有我们知道的说明" not in public
    assert "照片三张" not in public
    assert "孙浩" not in public
    why = page(desks, "孙", f"/desk/matters/{number}/")
    assert "程序里的“通知清运”还没有办好，不能办理完毕" in why


def test_the_desk_offers_likely_duplicates_and_leads_to_merging(desks: Desks):
    main = carry(desks.cast, to="in_progress", words=WORDS, address="").matter
    twin = carry(desks.cast, to="registered", words="装修垃圾堆在市政道路边三天，没有人清运", address="").matter
    shown = page(desks, "徐", f"/desk/matters/{twin.number}/")
    assert "可能是同一件事" in shown
    link = f"/desk/matters/{twin.number}/moves/merge/?into={main.number}"
    assert link in shown
    assert f'value="{main.number}"' in page(desks, "徐", link)
    assert link not in page(desks, "周", f"/desk/matters/{twin.number}/"), "who may not merge"
