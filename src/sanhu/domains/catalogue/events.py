"""What the record says happened to the catalogue and its instruments, with the words a page shows."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CatalogueEvent(TextChoices):
    """The events of this room; each move of a proposal names one of them."""

    LOADED = "catalogue.loaded", _("载入清单")
    DUTY_AMENDED = "catalogue.duty_amended", _("修改清单的主责主体")
    LEAD_CHOSEN = "catalogue.lead_chosen", _("选定清单的主责主体")
    VERSION_MADE = "catalogue.version_made", _("形成清单新版本")
    PROPOSAL_OPENED = "catalogue_proposal.opened", _("起草清单修改建议")
    PROPOSAL_EDITED = "catalogue_proposal.edited", _("改动清单修改建议")
    PROPOSAL_REBASED = "catalogue_proposal.rebased", _("清单修改建议改以最新版本为底本")
    PROPOSAL_SUBMITTED = "catalogue_proposal.submitted", _("提交清单修改建议")
    PROPOSAL_WITHDRAWN = "catalogue_proposal.withdrawn", _("撤回清单修改建议")
    PROPOSAL_APPROVED = "catalogue_proposal.approved", _("批准清单修改建议")
    PROPOSAL_REJECTED = "catalogue_proposal.rejected", _("不批准清单修改建议")
    ITEM_REVIEWED = "catalogue_item.reviewed", _("评估事项")
    INSTRUMENT_REGISTERED = "instrument.registered", _("登记规范性文件")
    INSTRUMENT_DRAFTED = "instrument.drafted", _("起草规范性文件")
    INSTRUMENT_ADVANCED = "instrument.advanced", _("规范性文件进入下一阶段")
    INSTRUMENT_AMENDED = "instrument.amended", _("修正规范性文件")
    INSTRUMENT_REPEALED = "instrument.repealed", _("废止规范性文件")
