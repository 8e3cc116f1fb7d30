"""What happens at the gate of the demonstration district: what departments ask for, and what they demand. Invented."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Wish:
    """One application: whose officer asks, for what, of which committees, and how far it came.

    `asked_ago` and `starts_ago` are days before the demonstration's present; a start that lies ahead is negative.
    Each part of the money is the days after the start on which it is due, and its share in fen. Where it `is_paid_late`
    the first community still waits for what was due last.
    """

    officer: str
    name: str
    affair_class: str
    legal_basis: str
    necessity: str
    content: str
    boundary: str
    acts: tuple[str, ...]
    frequency: str
    minutes: int
    parts: tuple[tuple[int, int], ...]
    committees: tuple[str, ...]
    to: str
    asked_ago: int
    starts_ago: int
    is_paid_late: bool = False

    @property
    def amount_fen(self) -> int:
        """The money for one community."""
        return sum(fen for _days, fen in self.parts)


@dataclass(frozen=True)
class Want:
    """One demand as a committee member took it down; an officer of the organ may have made an application of it."""

    member: str
    organ: str
    channel: str
    name: str
    words: str
    minutes: int
    ago: int
    item_code: str = ""
    emergency_basis: str = ""
    converted_by: str = ""
    converted_ago: int = 0


@dataclass(frozen=True)
class Budget:
    """What a department gets on L9 every year; one that `waits` is of the next year, and nobody signed it yet."""

    organ: str
    series: int
    amount_fen: int
    reason: str
    ago: int = 170
    waits: bool = False

    def basis(self, year: int) -> str:
        """Give the number of the paper it rests on."""
        return f"示财预〔{year}〕{self.series}号"


BUDGETS: tuple[Budget, ...] = (
    Budget(organ="示范区城市管理局", series=11, amount_fen=6_000_000, reason="年度协助事项经费"),
    Budget(organ="示范区民政局", series=12, amount_fen=4_800_000, reason="年度协助事项经费"),
    Budget(organ="示范区民政局", series=27, amount_fen=8_000_000, reason="助餐点选址征询追加", ago=2, waits=True),
)

WISHES: tuple[Wish, ...] = (
    Wish(
        officer="0022",
        name="生活垃圾分类入户宣传",
        affair_class="K1",
        legal_basis="生态环境法典第四百九十九条至第五百一十五条",
        necessity="分类投放点十月起调整，老人多的院落不看手机，需要当面讲清楚。",
        content="每户上门讲解一次投放点和时间，发放图示，回答疑问。",
        boundary="不检查、不劝罚，不登记住户信息，不拍照上传。",
        acts=("publicise", "organise"),
        frequency="每户一次，每周两个半天",
        minutes=1800,
        parts=((10, 60_000), (34, 40_000), (80, 40_000)),
        committees=("翠园社区居民委员会", "湖滨社区居民委员会"),
        to="effective",
        asked_ago=100,
        starts_ago=40,
        is_paid_late=True,
    ),
    Wish(
        officer="0022",
        name="沿街商户门前责任提醒",
        affair_class="K1",
        legal_basis="城市市容和环境卫生管理条例第十条",
        necessity="沿街商户更换多，街面队伍一时联系不全。",
        content="上门提醒商户门前责任的范围，发放图示。",
        boundary="不检查、不劝罚，不代签责任书。",
        acts=("publicise",),
        frequency="每户一次",
        minutes=900,
        parts=((5, 40_000), (98, 40_000)),
        committees=("桃花巷社区居民委员会",),
        to="effective",
        asked_ago=160,
        starts_ago=95,
    ),
    Wish(
        officer="0024",
        name="独居老人冬季探访",
        affair_class="K2",
        legal_basis="老年人权益保障法第三十七条",
        necessity="去年冬天有三位独居老人病倒一天以上才被发现。",
        content="每周上门看望一次，发现情况当天告诉街道社会工作服务站。",
        boundary="不代办手续，不收集病历和存折，不替代家属赡养。",
        acts=("assist", "report"),
        frequency="每周一次",
        minutes=1500,
        parts=((10, 45_000), (60, 50_000)),
        committees=("柳堤社区居民委员会", "长桥社区居民委员会", "学府社区居民委员会"),
        to="effective",
        asked_ago=80,
        starts_ago=20,
    ),
    Wish(
        officer="0024",
        name="养老服务满意度上门打分",
        affair_class="K2",
        legal_basis="老年人权益保障法第三十七条",
        necessity="需要了解各养老服务点的口碑。",
        content="逐户上门请老人给服务点打分，汇总后报送。",
        boundary="不评价居民委员会。",
        acts=("assist",),
        frequency="一次",
        minutes=900,
        parts=((10, 60_000),),
        committees=("学府社区居民委员会",),
        to="rejected",
        asked_ago=45,
        starts_ago=-20,
    ),
    Wish(
        officer="0022",
        name="背街小巷停车意愿征询",
        affair_class="K1",
        legal_basis="道路交通安全法第三十三条",
        necessity="六条背街小巷准备重划车位，要先听居民怎么说。",
        content="组织两次居民座谈，收集意见，整理成一页纸。",
        boundary="不登记车牌，不承诺车位，不调解已经立案的纠纷。",
        acts=("organise", "publicise"),
        frequency="两次座谈",
        minutes=600,
        parts=((15, 50_000),),
        committees=("机械厂社区居民委员会", "桃花巷社区居民委员会"),
        to="joint_meeting",
        asked_ago=14,
        starts_ago=-50,
    ),
    Wish(
        officer="0024",
        name="社区助餐点需求征询",
        affair_class="K2",
        legal_basis="老年人权益保障法第三十七条",
        necessity="明年拟新增四个助餐点，选址要看老人住在哪里、愿意走多远。",
        content="在居民会议上征询一次，收回意见表。",
        boundary="不承诺建设，不收取订金。",
        acts=("organise",),
        frequency="一次",
        minutes=480,
        parts=((15, 40_000),),
        committees=("翠园社区居民委员会", "书院社区居民委员会"),
        to="reviewing",
        asked_ago=7,
        starts_ago=-60,
    ),
    Wish(
        officer="0022",
        name="楼顶广告牌松动情况报告",
        affair_class="K1",
        legal_basis="城市市容和环境卫生管理条例第十一条",
        necessity="入冬大风前要掌握哪些广告牌松动。",
        content="看到松动的，拍照报告。",
        boundary="由部门确定。",
        acts=("report",),
        frequency="随时",
        minutes=300,
        parts=((15, 30_000),),
        committees=("文昌社区居民委员会",),
        to="returned",
        asked_ago=10,
        starts_ago=-55,
    ),
)

WANTS: tuple[Want, ...] = (
    Want(
        member="0054",
        organ="示范区社区矫正管理局",
        channel="phone",
        name="协助看望两名社区矫正对象",
        words="电话通知：请居委会这个月陪同看望两名社区矫正对象，了解生活困难。",
        minutes=240,
        ago=12,
        item_code="K1-10",
    ),
    Want(
        member="0058",
        organ="示范区应急管理局",
        channel="phone",
        name="大风降温前提醒拆除临时搭建",
        words="今晚有大风，请马上提醒各院落收好阳台杂物、加固临时搭建。",
        minutes=180,
        ago=1,
        emergency_basis="示范区应急指挥部三级响应命令",
    ),
    Want(
        member="0031",
        organ="示范区文化和旅游局",
        channel="group_chat",
        name="组织居民关注文旅账号并报截图",
        words="各社区周五前每户至少一人关注，截图发群里，按社区报数。",
        minutes=900,
        ago=2,
    ),
    Want(
        member="0031",
        organ="示范区社区矫正管理局",
        channel="paper",
        name="协助了解一名社区矫正对象的居住情况",
        words="请居委会陪同上门一次，了解住处和家庭情况，本月内完成。",
        minutes=150,
        ago=8,
        item_code="K1-10",
    ),
    Want(
        member="0031",
        organ="示范区应急管理局",
        channel="phone",
        name="大风降温前清点低洼院落住户",
        words="今晚有大风降温，请马上把低洼院落住户清点一遍。",
        minutes=210,
        ago=1,
        emergency_basis="示范区应急指挥部三级响应命令",
    ),
    Want(
        member="0051",
        organ="示范区城市管理局",
        channel="paper",
        name="早晚高峰共享单车停放引导",
        words="请湖滨社区每天早晚高峰各派一人在地铁口引导共享单车停放，为期三个月。",
        minutes=5400,
        ago=9,
        converted_by="0022",
        converted_ago=6,
    ),
)
