"""Refusals as people meet them: each says why and on what article, keeps what was written, and shows the way on."""

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from sanhu.domains.casework.models import Matter
from sanhu.domains.evidence.sequencer import sequence
from tests.conftest import Clock
from tests.stories.carrying import STAFF, carry
from tests.stories.conftest import District, SignIn, make, next_step, open_matter
from tests.stories.looking import Looker, pages_of


@pytest.mark.covers("R48")
def test_a_colleague_acts_while_a_form_is_open_and_another_person_verifies(
    district: District, clock: Clock, sign_in: SignIn, look: Looker
) -> None:
    matter = carry(to="in_progress", at=clock.now(), title="厨余桶混投", words="厨余桶里天天混着塑料袋。")

    # 孙 is still writing when 高 reports the work done and 陈 sends it back.
    sun = sign_in("孙")
    next_step(sun, matter.number, "办理完毕", look)
    sun.get_by_label("办理结果").fill("桶站换了带锁的投放口，𠮷师傅每天看两次。")
    sun.get_by_label("告诉反映人的话").fill("投放口换好了。")
    clock.forward(minutes=5)
    gao = sign_in("高")
    next_step(gao, matter.number, "办理完毕", look)
    gao.get_by_label("办理结果").fill("已经劝过两户。")
    make(gao, "办理完毕")
    clock.forward(minutes=5)
    chen = sign_in("陈")
    next_step(chen, matter.number, "核查不通过，返工", look)
    chen.get_by_role("button", name="核查不通过，返工").click()
    expect(chen.get_by_role("alert")).to_contain_text("请填写“理由”")
    look(chen, "rework-without-reason")
    chen.get_by_label("理由").fill("今早去看，桶里还是混的，投放口没有换。")
    make(chen, "核查不通过，返工")

    clock.forward(minutes=5)
    sun.get_by_role("button", name="办理完毕").click()
    stale = sun.get_by_role("alert")
    expect(stale).to_contain_text("您填表的时候，同事已经办了：")
    expect(stale).to_contain_text("示范区城市管理局 办理完毕")
    expect(stale).to_contain_text("翠园社区居民委员会 核查不通过，返工")
    expect(sun.get_by_label("办理结果")).to_have_value("桶站换了带锁的投放口，𠮷师傅每天看两次。")
    look(sun, "stale-form", everywhere=True)
    make(sun, "办理完毕")

    # 钱 gives 孙 a second post, one that may verify. It is still 孙 who handled this matter.
    qian = sign_in("钱")
    qian.goto(f"/desk/people/?staff_number={STAFF['孙']}")
    look.once(qian)
    qian.get_by_role("link", name=STAFF["孙"], exact=True).click()
    look.once(qian)
    qian.get_by_role("link", name="任职").click()
    look.once(qian)
    qian.get_by_label("单位", exact=True).select_option(label="东湖街道办事处")
    qian.get_by_label("角色").select_option(label="综合窗口工作人员")
    qian.get_by_label("岗位名称").fill("综合窗口")
    qian.get_by_label("任命").check()
    qian.get_by_role("button", name="任职").click()
    expect(qian.get_by_role("status")).to_contain_text("已任职：综合窗口。")
    sun.goto("/desk/")
    sun.get_by_role("link", name="换岗位").click()
    look.once(sun)
    sun.get_by_role("button", name="东湖街道办事处 综合窗口（任命）").click()
    sun.goto(f"/desk/matters/?number={matter.number}")
    look.once(sun)
    sun.get_by_role("row").filter(has_text=matter.number).get_by_role("link").click()
    sun.get_by_text("其他步骤为什么不能办").click()
    expect(sun.get_by_role("link", name="核查通过")).to_have_count(0)
    why = "核查和办结须由承办人以外的人进行，换岗位也不行"
    expect(sun.get_by_text(why).first).to_be_visible()
    look(sun, "second-post", everywhere=True)
    answer = sun.goto(f"/desk/matters/{matter.number}/moves/verify/")
    assert answer is not None
    assert answer.status == 403
    expect(sun.get_by_role("group", name="现在不能这样办")).to_contain_text(why)
    expect(sun.get_by_role("group", name="现在不能这样办")).to_contain_text("分类管理办法第十三条")
    look(sun, "verify-refused")

    # 陈 may, and does.
    next_step(chen, matter.number, "核查通过", look)
    make(chen, "核查通过")
    sequence()
    call_command("verify")


@pytest.mark.covers("R36")
def test_sent_back_with_a_reason_and_assigned_again(
    district: District, clock: Clock, sign_in: SignIn, look: Looker
) -> None:
    matter = carry(to="assigned", at=clock.now(), title="盲道被占", words="盲道上天天停着送货车。")
    clock.forward(hours=3)
    wu = sign_in("吴")
    next_step(wu, matter.number, "退回", look)
    wu.get_by_label("理由").fill("这一段是街道管养的背街小巷，不属于市政道路。")
    wu.get_by_role("button", name="退回").click()
    expect(wu.get_by_role("alert")).to_contain_text("请填写“依据的条款”")
    expect(wu.get_by_label("理由")).to_have_value("这一段是街道管养的背街小巷，不属于市政道路。")
    look(wu, "sent-back-without-article")
    wu.get_by_label("依据的条款").fill("城市市容和环境卫生管理条例第十四条")
    make(wu, "退回")

    clock.forward(hours=1)
    xu = sign_in("徐")
    open_matter(xu, matter.number, look)
    expect(xu.get_by_text("城市市容和环境卫生管理条例第十四条")).to_be_visible()
    look(xu, "returned")
    xu.get_by_role("link", name="交办", exact=True).click()
    look.once(xu)
    xu.get_by_label("主责单位").select_option(label="东湖街道办事处")
    xu.get_by_label("理由").fill("背街小巷由街道管养。")
    make(xu, "交办")
    expect(xu.get_by_text("待签收").first).to_be_visible()
    assert Matter.objects.get().lead.name == "东湖街道办事处"
    sequence()
    call_command("verify")


def test_declined_with_reason_and_article_which_the_resident_reads(
    district: District, clock: Clock, sign_in: SignIn, page_no_js: Page, look: Looker
) -> None:
    matter = carry(to="registered", at=clock.now(), title="", words="对门欠我装修款一直不还，请社区帮我要回来。")
    clock.forward(hours=2)
    zhou = sign_in("周")
    next_step(zhou, matter.number, "不予受理", look)
    zhou.get_by_role("button", name="不予受理").click()
    expect(zhou.get_by_role("alert")).to_contain_text("请填写“理由”")
    expect(zhou.get_by_role("alert")).to_contain_text("请填写“依据的条款”")
    look(zhou, "declined-without-reason")
    zhou.get_by_label("理由").fill("两户之间的欠款是民事纠纷，可以向人民法院起诉，也可以请人民调解委员会调解。")
    zhou.get_by_label("依据的条款").fill("分类管理办法第二条")
    make(zhou, "不予受理")
    look(zhou, "declined")

    lin = page_no_js
    lin.goto("/receipt/")
    lin.get_by_label("回执码").fill("0000-0000-00000")
    lin.get_by_role("button", name="查看").click()
    expect(lin.get_by_role("alert")).to_contain_text("没有找到这个回执码对应的事项")
    look(lin, "receipt-unknown", everywhere=True)
    lin.get_by_label("回执码").fill(matter.receipt)
    lin.get_by_role("button", name="查看").click()
    refusal = lin.get_by_role("group", name="不予受理")
    expect(refusal).to_contain_text("两户之间的欠款是民事纠纷")
    expect(refusal).to_contain_text("分类管理办法第二条")
    look(lin, "declined-read", everywhere=True)
    lin.get_by_role("link", name="打开可打印的告知书").click()
    expect(lin.get_by_role("heading", name="不予受理告知书")).to_be_visible()
    expect(lin.get_by_text("两户之间的欠款是民事纠纷")).to_be_visible()
    look(lin, "declined-notice")
    assert pages_of(look.on_paper(lin, "declined-notice")) == 1


@pytest.mark.covers("R4", "R6", "X-02")
def test_a_committee_is_never_made_lead_of_enforcement_and_a_lawful_change_waits_for_a_second_person(
    district: District, sign_in: SignIn, look: Looker
) -> None:
    jiang = sign_in("蒋")
    look.once(jiang)
    jiang.get_by_role("link", name="清单", exact=True).click()
    expect(jiang.get_by_role("heading", name="社区事务清单")).to_be_visible()
    look(jiang, "duties", everywhere=True)
    jiang.get_by_role("link", name="K1", exact=True).click()
    jiang.get_by_role("row").filter(has_text="K1-06").get_by_role("link").click()
    lead = jiang.get_by_label("主责主体")
    expect(lead.locator("option", has_text="居民委员会")).to_have_count(0)
    jiang.get_by_text("其他主体为什么不能主责").click()
    look(jiang, "duty", everywhere=True)

    # Who forges the form is told what the page says already.
    lead.evaluate("list => list.add(new Option('居民委员会', 'residents_committee'))")
    lead.select_option("residents_committee")
    jiang.get_by_label("理由").fill("居委会离居民最近。")
    jiang.get_by_role("button", name="提交修改建议").click()
    refusal = jiang.get_by_role("alert", name="不能由它主责")
    expect(refusal).to_contain_text("X-02")
    expect(jiang.get_by_label("理由")).to_have_value("居委会离居民最近。")
    look(jiang, "committee-refused", everywhere=True)

    lead.select_option(label="街道办事处")
    jiang.get_by_label("理由").fill("生活垃圾执法权已经下放街道。")
    jiang.get_by_role("button", name="提交修改建议").click()
    expect(jiang.get_by_role("status")).to_contain_text("已提交清单修改建议第 1 号，由另一人批准后形成新版本。")
    look(jiang, "proposed-lead")
    sequence()
    call_command("verify")
