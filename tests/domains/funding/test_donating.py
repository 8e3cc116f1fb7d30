"""Donations are registered, received, published and changed as their donors agreed, and nobody forces one."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from sanhu.domains.catalogue.models import AffairItem
from sanhu.domains.evidence.letters import letters_about
from sanhu.domains.evidence.models import Attachment, Entry, Opening
from sanhu.domains.evidence.requests import ConflictError
from sanhu.domains.evidence.verify import verify
from sanhu.domains.funding.donation_queries import donation_by_key, donations_visible_to, shown_donor
from sanhu.domains.funding.donation_rules import Donor
from sanhu.domains.funding.donation_terms import AmountSetBy, CameBy, DonorKind, Naming
from sanhu.domains.funding.donation_way import DonationSums, published_way_of, sums_of, way_of
from sanhu.domains.funding.earmark_queries import left_fen, received_fen
from sanhu.domains.funding.models import Donation, DonationUse, DonorKey, Earmark
from sanhu.domains.funding.services.donating import key_hash
from sanhu.domains.funding.services.errors import FundingNotFound
from sanhu.domains.funding.terms import BudgetLine, VoucherState
from sanhu.domains.funding.verification import CHECKS
from tests.domains.funding.giving import CONTACT, DONOR, PURPOSE, WORDS, Giving
from tests.domains.funding.money import ORGAN, OTHER_COMMITTEE, Purse
from tests.domains.funding.refusals import refused
from tests.domains.funding.settling import settle, to_new_year

NOT_PERMITTED = ("您的岗位没有这项权限", "")


@pytest.fixture
def giving(purse: Purse) -> Giving:
    return Giving(purse)


def problems() -> list[str]:
    return [f"{found.kind} {found.detail}" for found in verify(checks=CHECKS).findings]


@pytest.mark.covers("R63")
def test_a_donation_is_registered_with_receipt_and_key(giving: Giving):
    found = giving.register()
    donation = found.donation
    assert (donation.number, donation.earmark.number) == ("990101-2026-D0001", "990101-2026-Z0001")
    assert (donation.earmark.purpose, donation.agreed_fen) == (PURPOSE, 300_000)
    (letter,) = letters_about(donation.ref)
    assert letter.number == "翠园居捐收〔2026〕1号"
    assert "3000.00元" in letter.paragraphs[0]
    assert DONOR not in "".join(letter.paragraphs) + letter.addressee
    assert donation_by_key(donation.number, key_hash(found.key.lower().replace("-", " "))) == donation
    assert donation_by_key(donation.number, key_hash("0000-0000-00000")) is None
    assert donation_by_key("990101-2026-D0009", key_hash(found.key)) is None
    assert problems() == []


def test_who_gave_and_the_key_are_readable_nowhere(giving: Giving):
    found = giving.register()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM funding_donation")
        cursor.execute("SELECT donor_name, donor_contact, donor_words FROM funding_donation")
        (stored,) = cursor.fetchall()
    assert all(value.startswith("v1:") for value in stored)
    told = "".join(Entry.objects.values_list("body", flat=True))
    for secret in (DONOR, CONTACT, WORDS, found.key):
        assert secret not in told
    (key,) = DonorKey.objects.all()
    assert found.key.replace("-", "") not in key.key_hash


def test_a_form_sent_twice_registers_one_donation_and_shows_the_same_key(giving: Giving):
    client_id, first_at = uuid4(), giving.purse.at
    first = giving.register(client_id=client_id)
    giving.purse.at = first_at
    again = giving.register(client_id=client_id)
    assert (again.donation, again.key) == (first.donation, first.key)
    assert Donation.objects.count() == Earmark.objects.count() == 1
    with pytest.raises(ConflictError):
        giving.register(client_id=client_id, amount_fen=300_001)


@pytest.mark.covers("R63", "X-12")
@pytest.mark.parametrize("set_by", [AmountSetBy.ORGAN, AmountSetBy.APPORTIONED, AmountSetBy.CONDITION])
def test_nobody_is_made_to_give(giving: Giving, set_by: str):
    reasons, code = refused(lambda: giving.register(set_by=set_by))
    assert code == "X-12"
    assert reasons.startswith("捐赠：")
    assert not Donation.objects.exists()


@pytest.mark.covers("R55", "X-10")
def test_donors_do_not_pay_for_what_the_government_owes(giving: Giving):
    items = AffairItem.objects.filter(version=giving.purse.gate.cast.version)
    owed = items.filter(government_responsibility=True).first()
    free = items.filter(government_responsibility=False).first()
    assert owed is not None
    assert free is not None
    assert refused(lambda: giving.register(item_code=owed.code))[1] == "X-10"
    assert refused(lambda: giving.register(item_code=owed.code, set_by=AmountSetBy.CONDITION))[1] == "X-10"
    assert refused(lambda: giving.register(item_code="K9-99")) == ("事项：清单中没有这个事项", "")
    assert giving.register(item_code=free.code).donation.number.endswith("D0001")


@pytest.mark.parametrize(
    ("changed", "reason", "code"),
    [
        ({"line": BudgetLine.L4}, "预算科目：这种来源的经费不能用于这个科目", "X-12"),
        (
            {"came_by": CameBy.PUBLIC_APPEAL},
            "慈善组织：居委会不得自行公开募捐，须写明合作的、有公开募捐资格的慈善组织",
            "",
        ),
        ({"agreement": " "}, "依据：须写明凭证所依据文件的文号", ""),
        ({"amount_fen": 0}, "金额：必须大于 0", ""),
        ({"purpose": "给张三，电话13800990101"}, "用途：对所有人公开，不能写姓名、电话、门牌等个人信息", ""),
        ({"purpose": " "}, "用途：须写明专款的用途", ""),
        ({"donor_words": ""}, "捐赠人的原话：须写明捐赠人说的用途", ""),
        ({"donor": Donor(DonorKind.PERSON)}, "捐赠人：须写明姓名或者名称；不愿写的，按匿名捐赠登记", ""),
        ({"agreed_expenses": ("construction",)}, "支出种类：没有这个种类", ""),
    ],
)
def test_what_an_agreement_must_say(giving: Giving, changed: dict[str, object], reason: str, code: str):
    assert refused(lambda: giving.register(**changed)) == (reason, code)


def test_only_whoever_keeps_a_bodys_donations_touches_them(giving: Giving):
    donation = giving.register().donation
    assert refused(lambda: giving.register(by="秦")) == NOT_PERMITTED
    assert refused(lambda: giving.register(by="柳")) == NOT_PERMITTED
    for attempt in (giving.new_key, giving.change, lambda one, by: giving.receive(one, 1, by=by)):
        assert refused(lambda attempt=attempt: attempt(donation, by="秦")) == NOT_PERMITTED
        with pytest.raises(FundingNotFound):
            attempt(donation, by="柳")
    assert refused(lambda: giving.publish(donation))[0] == "公布：还没有到账，没有可以公布的收支"
    visible = {surname: donations_visible_to(giving.purse.actor(surname)).count() for surname in "陈田秦柳孙何冯郑"}
    assert visible == {"陈": 1, "田": 1, "秦": 1, "柳": 0, "孙": 0, "何": 0, "冯": 0, "郑": 0}


def test_no_more_comes_in_than_was_agreed(giving: Giving):
    donation = giving.register(amount_fen=6_000_000).donation
    first = giving.receive(donation, 5_500_000)  # waits for a second person
    assert first.state == VoucherState.WAITING
    over = "金额：连同已经收到和待签批的，超过了协议的金额；多捐的，请另立一份协议"
    assert refused(lambda: giving.receive(donation, 500_001)) == (over, "")
    giving.purse.sign(first.number, by="秦")
    assert refused(lambda: giving.receive(donation, 500_001)) == (over, "")
    giving.purse.reverse(first.number)  # waits too, so the money still counts
    assert refused(lambda: giving.receive(donation, 500_001)) == (over, "")
    assert received_fen(donation.earmark) == left_fen(donation.earmark) == 5_500_000
    assert problems() == []


def test_the_newest_key_alone_opens(giving: Giving):
    first = giving.register()
    assert refused(lambda: giving.new_key(first.donation, checked=" ")) == ("核对：须写明怎样核对了捐赠人的身份", "")
    second = giving.new_key(first.donation)
    assert second.key != first.key
    assert donation_by_key(first.donation.number, key_hash(first.key)) is None
    assert donation_by_key(first.donation.number, key_hash(second.key)) == first.donation
    assert problems() == []


def test_the_purpose_changes_with_consent_and_its_scan(giving: Giving):
    donation = giving.register().donation
    assert refused(lambda: giving.change(donation, consent=""))[0].startswith("书面同意：")
    assert refused(lambda: giving.change(donation, purpose=PURPOSE)) == ("用途：和原来的一样，没有变更", "")
    assert refused(lambda: giving.change(donation, draft_id=uuid4())) == ("书面同意扫描件：至少附一张", "")
    change = giving.change(donation)
    assert (change.ordinal, change.before, change.after) == (1, PURPOSE, "社区儿童书屋添置书架")
    donation.earmark.refresh_from_db()
    assert donation.earmark.purpose == "社区儿童书屋添置书架"
    assert Attachment.objects.filter(owner_ref=change.ref).count() == 1
    assert problems() == []


def test_what_came_in_is_published_and_late_is_late(giving: Giving):
    donation = giving.register().donation
    giving.receive(donation, 100_000)
    (step,) = way_of(donation)
    assert (step.fen, step.left_fen, step.is_published) == (100_000, 100_000, False)
    assert published_way_of(donation) == []
    assert [step.is_late(today=step.due_on + timedelta(days=days)) for days in (0, 1)] == [False, True]
    notice = giving.publish(donation)
    assert (notice.ordinal, notice.received_fen, notice.spent_fen, notice.left_fen) == (1, 100_000, 0, 100_000)
    assert refused(lambda: giving.publish(donation))[0] == "公布：已经公布过，以后没有新的收支"
    giving.receive(donation, 50_000)
    assert [one.fen for one in published_way_of(donation)] == [100_000]
    giving.purse.at += timedelta(days=16)
    giving.publish(donation, by="田")
    shown = published_way_of(donation)
    assert [(one.fen, one.left_fen, one.was_late) for one in shown] == [
        (100_000, 100_000, False),
        (50_000, 150_000, True),
    ]
    assert sums_of(donation.earmark) == DonationSums(received_fen=150_000)
    assert problems() == []


@pytest.mark.parametrize(
    ("donor", "shown"),
    [
        (Donor(DonorKind.PERSON, "张三", naming=Naming.FULL), "张三"),
        (Donor(DonorKind.PERSON, "欧阳修文", naming=Naming.MASKED), "欧***"),
        (Donor(DonorKind.ENTERPRISE, "翠园面馆", naming=Naming.MASKED), ""),
        (Donor(DonorKind.ORGANISATION, "老年协会", naming=Naming.HIDDEN), ""),
        (Donor(DonorKind.ANONYMOUS), ""),
    ],
)
def test_donors_are_named_as_they_wish(giving: Giving, donor: Donor, shown: str):
    assert shown_donor(giving.register(donor=donor).donation) == shown


@pytest.mark.covers("R84.2")
def test_who_gave_is_erased_once_nothing_is_left(giving: Giving):
    found = giving.register()
    change = giving.change(found.donation)
    giving.new_key(found.donation, checked="电话里核对了欧阳修文的身份证号")
    held = giving.receive(found.donation, 100_000)
    left = "捐赠还没有用完，协议还在履行，不能删除捐赠人的资料"
    assert refused(lambda: giving.erase(found.donation)) == (left, "")
    giving.purse.reverse(held.number)
    with pytest.raises(FundingNotFound):
        giving.erase(found.donation, by="郑")
    assert refused(lambda: giving.erase(found.donation, by="陈")) == NOT_PERMITTED
    gone = giving.erase(found.donation)
    assert (gone.donor_name, gone.donor_contact, gone.donor_words) == ("", "", "")
    assert set(DonorKey.objects.values_list("checked", flat=True)) == {""}
    assert not Attachment.objects.filter(owner_ref=change.ref).exists()
    salts = str(list(Opening.objects.filter(entry__subject_ref=gone.ref).values_list("salts", flat=True)[:3]))
    assert "donor_name" not in salts
    assert refused(lambda: giving.erase(found.donation)) == ("捐赠人的资料已经删除", "")
    assert problems() == []
    with pytest.raises(FundingNotFound):
        giving.new_key(found.donation, by="柳")


@pytest.mark.covers("R63", "X-12")
def test_it_is_spent_on_the_donors_purpose_and_on_nothing_else(giving: Giving):
    donation = giving.register().donation
    giving.receive(donation, 300_000)
    nothing_said = "用途：须说明这笔支出怎样符合捐赠人指定的用途，不符合的不得支出"
    assert refused(lambda: giving.spend(donation, 100_000, meets=" ")) == (nothing_said, "X-12")
    not_agreed = "支出类别：捐赠协议没有书面写明可以用于工资补贴或者办公费用"
    assert refused(lambda: giving.spend(donation, 100_000, expense="wages")) == (not_agreed, "X-12")
    assert refused(lambda: giving.spend(donation, 300_001))[1] == "X-08"
    with pytest.raises(FundingNotFound):
        giving.spend(donation, 100_000, by="柳")
    assert refused(lambda: giving.spend(donation, 100_000, by="田"))[1] == ""
    assert (left_fen(donation.earmark), DonationUse.objects.count()) == (300_000, 0)
    first = giving.spend(donation, 120_000, meets="给老年食堂买四张方桌，送货联系 13800990177")
    second = giving.spend(donation, 80_000, payee_kind="person", payee_name="李木生")
    assert [voucher.state for voucher in (first, second)] == [VoucherState.POSTED] * 2
    assert first.donation_use.meets == "给老年食堂买四张方桌，送货联系 ***********"
    giving.change(donation)
    third = giving.spend(donation, 10_000, meets="给书屋买书架")
    assert (first.donation_use.purpose, third.donation_use.purpose) == (PURPOSE, "社区儿童书屋添置书架")
    giving.purse.reverse(first.number)
    assert [(step.doing.value, step.fen, step.left_fen) for step in way_of(donation)] == [
        ("came_in", 300_000, 300_000),
        ("went_out", -120_000, 180_000),
        ("went_out", -80_000, 100_000),
        ("went_out", -10_000, 90_000),
        ("taken_back", 120_000, 210_000),
    ]
    assert sums_of(donation.earmark) == DonationSums(received_fen=300_000, spent_fen=90_000)
    assert left_fen(donation.earmark) == 210_000
    assert problems() == []


@pytest.mark.covers("R63", "X-12")
def test_wages_are_paid_where_the_agreement_says_so_in_writing(giving: Giving):
    donation = giving.register(agreed_expenses=("wages",)).donation
    giving.receive(donation, 300_000)
    giving.spend(donation, 100_000, expense="wages", payee_kind="person", payee_name="李木生", meets="护理员补贴")
    assert refused(lambda: giving.spend(donation, 100_000, expense="office"))[1] == "X-12"
    assert left_fen(donation.earmark) == 200_000
    assert problems() == []


def test_two_donations_in_one_account_stay_apart(giving: Giving):
    one, other = giving.register().donation, giving.register(agreement="翠园捐协〔2026〕2号").donation
    giving.receive(one, 1_000)
    giving.receive(other, 300_000)
    assert giving.account(one) == giving.account(other)
    assert refused(lambda: giving.spend(one, 1_001))[1] == "X-08"
    giving.spend(other, 300_000)
    assert [sums_of(donation.earmark).left_fen for donation in (one, other)] == [1_000, 0]


@pytest.mark.covers("R63")
def test_what_is_left_goes_over_into_the_next_year_and_stays_the_donors(giving: Giving):
    donation = giving.register().donation
    giving.receive(donation, 300_000)
    giving.spend(donation, 120_000)
    giving.publish(donation)
    to_new_year(giving.purse)
    settle(giving.purse)
    giving.spend(donation, 30_000, year=2027)
    giving.publish(donation)
    assert [(step.doing.value, step.fen, step.moved_fen, step.left_fen, step.years) for step in way_of(donation)] == [
        ("came_in", 300_000, 300_000, 300_000, (2026,)),
        ("went_out", -120_000, 120_000, 180_000, (2026,)),
        ("went_over", 0, 180_000, 180_000, (2026, 2027)),
        ("went_out", -30_000, 30_000, 150_000, (2027,)),
    ]
    assert sums_of(donation.earmark) == DonationSums(received_fen=300_000, spent_fen=150_000)
    assert [step.is_published for step in way_of(donation)] == [True] * 4
    assert left_fen(donation.earmark) == giving.account(donation, year=2027).available_fen == 150_000
    assert problems() == []


def test_another_bodys_donation_needs_a_body_of_the_district(giving: Giving):
    other = giving.purse.gate.bodies["东街道"].pk
    with pytest.raises(FundingNotFound):
        giving.register(by="田", body_id=other)
    organ = giving.purse.gate.bodies[ORGAN].pk
    no_organ = "收款单位：须是社区的组织，机关不在这里接受捐赠"
    assert refused(lambda: giving.register(by="田", body_id=organ)) == (no_organ, "")
    assert giving.register(
        by="田", body_id=giving.purse.gate.bodies[OTHER_COMMITTEE].pk
    ).donation.earmark.body.name == (OTHER_COMMITTEE)
