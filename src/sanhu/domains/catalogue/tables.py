"""The state table of a proposal to change the catalogue (R32)."""

from django.utils.translation import gettext_noop as _

from sanhu.domains.catalogue.events import CatalogueEvent
from sanhu.domains.subjects.permissions import Permission
from sanhu.engines.workflow import Move, State, StateTable

AMEND_ARTICLE = _("分类管理办法第十八条")
AUTHOR, APPROVER = "author", "approver"

PROPOSAL = StateTable(
    name="catalogue_proposal",
    initial="draft",
    states=(
        State("draft", _("起草中"), _("起草中"), AUTHOR),
        State("submitted", _("待批准"), _("待批准"), APPROVER),
        State("approved", _("已批准"), _("已批准"), "", is_open=False),
        State("rejected", _("不予批准"), _("不予批准"), "", is_open=False),
        State("withdrawn", _("已撤回"), _("已撤回"), "", is_open=False),
    ),
    moves=(
        Move(
            "edit",
            _("改动"),
            ("draft",),
            "",
            AUTHOR,
            Permission.CATALOGUE_AMEND,
            AMEND_ARTICLE,
            CatalogueEvent.PROPOSAL_EDITED,
        ),
        Move(
            "submit",
            _("提交批准"),
            ("draft",),
            "submitted",
            AUTHOR,
            Permission.CATALOGUE_AMEND,
            AMEND_ARTICLE,
            CatalogueEvent.PROPOSAL_SUBMITTED,
        ),
        Move(
            "rebase",
            _("改以最新版本为底本"),
            ("draft", "submitted"),
            "draft",
            AUTHOR,
            Permission.CATALOGUE_AMEND,
            AMEND_ARTICLE,
            CatalogueEvent.PROPOSAL_REBASED,
        ),
        Move(
            "withdraw",
            _("撤回"),
            ("draft", "submitted"),
            "withdrawn",
            AUTHOR,
            Permission.CATALOGUE_AMEND,
            AMEND_ARTICLE,
            CatalogueEvent.PROPOSAL_WITHDRAWN,
        ),
        Move(
            "approve",
            _("批准"),
            ("submitted",),
            "approved",
            APPROVER,
            Permission.CATALOGUE_APPROVE,
            AMEND_ARTICLE,
            CatalogueEvent.PROPOSAL_APPROVED,
        ),
        Move(
            "reject",
            _("不予批准"),
            ("submitted",),
            "rejected",
            APPROVER,
            Permission.CATALOGUE_APPROVE,
            AMEND_ARTICLE,
            CatalogueEvent.PROPOSAL_REJECTED,
            needs_reason=True,
        ),
    ),
)
