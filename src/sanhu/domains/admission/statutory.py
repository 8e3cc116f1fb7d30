"""What a statute makes a committee's duty, whoever asks for it (RC law 10, 40; B.8): data that a district can adapt.

An entry that is `configurable` says which items of the catalogue fall under a broad clause; that is this house's
reading. The others stand in the Committee Law itself.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext_noop as _

_FILE = Path(__file__).parent / "data" / "statutory_assistance.json"


@dataclass(frozen=True)
class StatutoryGround:
    """One kind of assistance a statute demands: its words, its article, and the items of the catalogue under it.

    `is_emergency_response` is help in an emergency: once one is declared, it is recorded afterwards.
    """

    code: str
    label: str
    article: str
    item_codes: tuple[str, ...]
    is_configurable: bool
    is_emergency_response: bool


@lru_cache(maxsize=1)
def grounds() -> tuple[StatutoryGround, ...]:
    """Give the kinds of statutory assistance in the order of the file."""
    return tuple(
        StatutoryGround(
            code=row["code"],
            label=row["label"],
            article=row["article"],
            item_codes=tuple(row["item_codes"]),
            is_configurable=row["configurable"],
            is_emergency_response=row.get("is_emergency_response", False),
        )
        for row in json.loads(_FILE.read_text(encoding="utf-8"))
    )


@lru_cache(maxsize=1)
def by_item() -> Mapping[str, StatutoryGround]:
    """Give the kind of statutory assistance of each item that has one."""
    return {code: ground for ground in grounds() for code in ground.item_codes}


# The words of the file, so that the pages can be translated; a test holds the two together.
WORDS = (
    _("协助维护社会治安，组织居民群防群治"),
    _("城市居民委员会组织法第十条第五项"),
    _("协助处理信访事项，调解民间纠纷，协调化解矛盾"),
    _("城市居民委员会组织法第十条第四项、第五项、第七项"),
    _("协助做好社区矫正和刑满释放人员帮教工作"),
    _("城市居民委员会组织法第十条第五项、社区矫正法第十二条"),
    _("协助做好突发事件应对工作"),
    _("城市居民委员会组织法第十条第五项、突发事件应对法第二十二条"),
    _("指导和协助设立业主大会、选举业主委员会"),
    _("城市居民委员会组织法第十条第七项"),
    _("协助社会救助的入户走访和申请"),
    _("城市居民委员会组织法第十条第八项、社会救助法第五条"),
    _("未成年人保护和强制报告"),
    _("城市居民委员会组织法第十条第八项、未成年人保护法第十一条、第四十三条"),
    _("协助精神卫生工作"),
    _("城市居民委员会组织法第十条第八项、精神卫生法第十条、第二十条"),
    _("协助社区戒毒、社区康复"),
    _("城市居民委员会组织法第十条第八项、禁毒法第三十四条"),
    _("家庭暴力的报案、查访和协助执行人身安全保护令"),
    _("城市居民委员会组织法第十条第八项、反家庭暴力法第十四条、第十七条、第三十二条"),
    _("协助自然灾害救助"),
    _("城市居民委员会组织法第十条第八项、自然灾害救助条例第五条"),
    _("协助人口普查"),
    _("城市居民委员会组织法第十条第八项、全国人口普查条例第三条"),
    _("协助居住证的受理和发放"),
    _("城市居民委员会组织法第十条第八项、居住证暂行条例第八条"),
    _("组织防火安全检查"),
    _("城市居民委员会组织法第十条第八项、消防法第三十二条"),
    _("报告生产安全事故隐患"),
    _("城市居民委员会组织法第十条第八项、安全生产法第七十五条"),
    _("劝阻、调解社会生活噪声扰民"),
    _("城市居民委员会组织法第十条第八项、生态环境法典第五百九十八条、第五百九十九条"),
    _("居民委员会自身的法定义务，不履行的由街道办事处责令改正"),
    _("城市居民委员会组织法第四十条"),
)
