"""The words that come with a move: one rule for applications, tasks and demands."""

from django.utils.translation import gettext_noop as _

from sanhu.engines.decisions import ALLOWED, Decision, refuse
from sanhu.engines.workflow import Move

MOST_WORDS = 2000
MOST_CITED = 200
MOST_DOCUMENT = 60


def check_words(move: Move, *, reason: str, article: str, document_number: str = "") -> Decision:
    """May a move be made with these words? All that speaks against them is said at once."""
    faults = (
        (move.needs_reason and not reason.strip(), _("理由：这一步须写明理由")),
        (len(reason) > MOST_WORDS, _("理由：不超过 2000 个字")),
        (move.needs_article and not article.strip(), _("依据：这一步须写明法律、法规或办法的条款")),
        (len(article) > MOST_CITED, _("依据：不超过 200 个字")),
        (len(document_number.strip()) > MOST_DOCUMENT, _("授权文书号：不超过 60 个字")),
        ("\x00" in reason + article + document_number, _("文字：含有不能保存的字符")),
    )
    reasons = [words for is_faulty, words in faults if is_faulty]
    return refuse(*reasons, citations=(move.citation,)) if reasons else ALLOWED
