"""Which way the matters of the demonstration go: most of them straight, some with what happens beside the way."""

from collections.abc import Mapping

# What a diligent district needs for each move, in working hours of eight a day.
PACE: Mapping[str, float] = {
    "accept": 2,
    "decline": 2,
    "assign": 2,
    "send_back": 5,
    "rule": 6,
    "sign": 5,
    "start": 3,
    "ask_extension": 3,
    "grant_extension": 3,
    "ask_suspension": 3,
    "grant_suspension": 4,
    "resume": 24,
    "merge": 2,
    "finish": 14,
    "rework": 4,
    "verify": 6,
    "close": 3,
    "publish": 0.5,
    "cosign": 2,
    "agree": 8,
    "object": 8,
    "add": 5,
    "be_unhappy": 5,
    "lie": 80,
}
# What is said where the tale itself has no words for it.
SAID: Mapping[str, Mapping[str, str]] = {
    "decline": {
        "reason": "属于两家商户之间的合同纠纷，不是社区事务；可向人民法院起诉或申请仲裁。",
        "article": "分类管理办法第二条",
    },
    "send_back": {"reason": "现场看过，这一段由别的单位管养。", "article": "分类管理办法第九条"},
    "rule": {"reason": "两次退回。经核对清单和现场，由原交办的单位主责，不再转手。", "article": "分类管理办法第十条"},
    "rework": {"reason": "到场看过，问题还在，请再处理。"},
    "ask_extension": {
        "reason": "配件要从外地调货，预计下周到。",
        "article": "分类管理办法第二十四条",
        "public_words": "等待配件到货",
    },
    "grant_extension": {"public_words": "等待配件到货"},
    "ask_suspension": {
        "reason": "需要整体改造，已报区里申请立项。",
        "cause": "big_investment",
        "public_words": "等待改造项目立项",
    },
    "grant_suspension": {"public_words": "等待改造项目立项"},
    "merge": {"reason": "与附近在办的一件反映的是同一件事。"},
    "supervise": {"reason": "超过期限，请说明原因和办结时间。"},
}
_BEGINNING = ("accept", "assign", "publish", "sign", "start")
_END = ("finish", "verify", "close")
# What is not a move: it happens beside the way, and the way goes on without it.
BESIDE = frozenset({"publish", "cosign", "agree", "object", "add", "be_unhappy", "lie"})
# What a lead asks for and somebody grants; where it is refused the work goes on all the same.
ASKING = frozenset({"ask_extension", "ask_suspension"})
ASKED_FOR = ASKING | {"grant_extension", "grant_suspension", "resume"}
# What some reporters say of themselves; the numbers are nobody's.
PERSONAL_DETAILS = "我住3号楼2单元502室，电话13800990101。"


# After an unhappy rating, and where nothing is open that a matter could be merged into.
REOPENED = ("assign", "sign", "start", "finish", "verify", "close")
UNMERGED = (*_BEGINNING[1:], *_END)


SIGNED_NOW = _BEGINNING[:4]
SENT_BACK_NOW = ("accept", "assign", "publish", "send_back")
REOPENED_NOW = (*_BEGINNING, *_END, "be_unhappy")
# How far matters of the last days have come: one for each state in which none stays long, and one that lies overdue
# because a body that was asked does not answer.
UNFINISHED = (
    (),
    ("accept",),
    _BEGINNING[:3],
    SIGNED_NOW,
    _BEGINNING,
    (*_BEGINNING, "finish"),
    (*_BEGINNING, "finish", "verify"),
    SENT_BACK_NOW,
    (*_BEGINNING, "ask_suspension", "grant_suspension"),
    REOPENED_NOW,
    ("accept", "merge"),
    (*_BEGINNING, "cosign", "lie"),
)


def way_of(number: int, *, is_old: bool = False) -> tuple[str, ...]:
    """Give what the n-th matter would go through, were there time enough.

    What was put aside and never taken up again is young, or there would soon be nothing else.
    """
    if number % 17 == 5:
        return ("decline",)
    if number % 10 == 8:
        return ("accept", "merge")
    if number % 16 == 9:
        return ("accept", *("assign", "send_back") * 2, "rule", *_BEGINNING[2:], *_END)
    return (*_BEGINNING, *_together(number, is_old=is_old), *_beside(number, is_old=is_old), *_end(number))


def gives_an_address(number: int) -> bool:
    """Tell whether the reporter wants to be told by mail."""
    return number % 5 == 2


def tells_of_a_person(number: int) -> bool:
    """Tell whether the reporter says more of themselves than the public may read."""
    return number % 9 == 2


def is_withheld(number: int) -> bool:
    """Tell whether the reporter's words are not for the public at all."""
    return number % 14 == 12


def waits_for_a_look(number: int) -> bool:
    """Tell whether nobody has found the time yet to look at what is to be public."""
    return number % 4 == 1


def adds_a_photo(number: int) -> bool:
    """Tell whether what the reporter adds comes with a picture."""
    return number % 24 == 7


def _together(number: int, *, is_old: bool) -> tuple[str, ...]:
    """What others do for it while it is worked on: co-sign, and add to what was reported."""
    match number % 33:
        case 3:
            asked: tuple[str, ...] = ("cosign", "agree")
        case 14:
            asked = ("cosign", "object")
        case 20:
            asked = ("cosign", "agree") if is_old else ("cosign",)
        case _:
            asked = ()
    return (*asked, "add", "publish") if number % 12 == 7 else asked


def _beside(number: int, *, is_old: bool) -> tuple[str, ...]:
    if number % 7 in {3, 5}:
        return ("ask_extension", "grant_extension")
    if number % 5 == 1:
        return ("ask_suspension", "grant_suspension", *(["resume"] if number % 2 or is_old else []))
    return ()


def _end(number: int) -> tuple[str, ...]:
    return ("finish", "rework", "finish", "verify", "close") if number % 9 == 4 else _END


def is_eventful(number: int) -> bool:
    """Tell whether something happens beside the way: such a matter was reported long enough ago for it."""
    return number % 16 == 9 or bool(_together(number, is_old=False) or _beside(number, is_old=False))
