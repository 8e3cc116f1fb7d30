"""Going back (回归, R14): what is to leave a committee, who was heard, what was decided, and what came of it."""

from django.db import models
from django.db.models import Q

from sanhu.domains.admission.models.demand import Demand
from sanhu.domains.admission.models.task import Task
from sanhu.domains.admission.tables import RETURN
from sanhu.domains.admission.terms import ReturnOutcome
from sanhu.domains.catalogue.models import CatalogueProposal, CatalogueVersion
from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.funding.models import Reservation, Voucher
from sanhu.domains.subjects.models import Organisation, Person, Post


class ReturnProposal(Witnessed):
    """A proposal that a task, an item of the list, or both leave a committee.

    `committee` bears the task, and says afterwards whether it still does the work; `item_code` names the item out of
    which committees are to be taken, and `list_proposal` the change of the list that does it. `organ` commissioned the
    task. `contradictions` are the tags of R12 and `figures` what of the burden is cited. The last days follow from the
    rules as they were then, which are kept beside them: `answer_within` working days for whoever is heard, and
    `check_after` and `check_within` natural days until what came of it is looked at. `told_at` is when the committee
    was reminded, `overdue_at` when it was noted that the last day had passed. `follows` is a return that did not hold.
    """

    privacy_default = "internal"

    number = models.CharField(max_length=20, unique=True)
    district = models.CharField(max_length=6)
    proposer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="returns_proposed")
    committee = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="returns")
    bearer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="returns_to_bear")
    organ = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="returns_commissioned")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, null=True, related_name="returns")
    item_code = models.CharField(max_length=10, blank=True)
    name = models.CharField(max_length=200)
    reason = models.TextField()
    contradictions = models.JSONField(default=list)
    figures = models.CharField(max_length=500, blank=True)
    article = models.CharField(max_length=200)
    power_words = models.CharField(max_length=200)
    money_words = models.CharField(max_length=200)
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="followed_by")
    state = models.CharField(max_length=20)
    is_open = models.BooleanField(default=True)
    revision = models.PositiveIntegerField(default=0)
    proposed_at = models.DateTimeField()
    answer_within = models.PositiveSmallIntegerField()
    answers_due_on = models.DateField()
    consulted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    document_number = models.CharField(max_length=60, blank=True)
    transfers_on = models.DateField(null=True)
    list_proposal = models.ForeignKey(CatalogueProposal, on_delete=models.PROTECT, null=True, related_name="+")
    list_version = models.ForeignKey(CatalogueVersion, on_delete=models.PROTECT, null=True, related_name="+")
    transferred_at = models.DateTimeField(null=True)
    released_fen = models.BigIntegerField(default=0)
    unspent_fen = models.BigIntegerField(default=0)
    voucher = models.ForeignKey(Voucher, on_delete=models.PROTECT, null=True, related_name="+")
    reservation = models.ForeignKey(Reservation, on_delete=models.PROTECT, null=True, related_name="+")
    successor = models.ForeignKey(Task, on_delete=models.PROTECT, null=True, related_name="+")
    check_after = models.PositiveSmallIntegerField(null=True)
    check_within = models.PositiveSmallIntegerField(null=True)
    check_from = models.DateField(null=True)
    check_due_on = models.DateField(null=True)
    told_at = models.DateTimeField(null=True)
    overdue_at = models.DateTimeField(null=True)
    stated_at = models.DateTimeField(null=True)
    still_does = models.BooleanField(null=True)
    verified_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, blank=True, choices=ReturnOutcome)
    demand = models.ForeignKey(Demand, on_delete=models.PROTECT, null=True, related_name="returns")

    class Meta:
        indexes = [
            models.Index(fields=["district", "proposed_at"], name="return_of_district"),
            models.Index(fields=["state", "answers_due_on"], name="return_answers_due"),
            models.Index(fields=["state", "check_due_on"], name="return_check_due"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(task__isnull=False) | ~Q(item_code=""), name="return_of_something"),
            models.UniqueConstraint(fields=["task"], condition=Q(is_open=True), name="return_of_task_once"),
            models.UniqueConstraint(
                fields=["district", "item_code"],
                condition=Q(is_open=True) & ~Q(item_code=""),
                name="return_of_item_once",
            ),
            models.CheckConstraint(
                condition=Q(stated_at=None, still_does=None) | Q(stated_at__isnull=False, still_does__isnull=False),
                name="return_statement_whole",
            ),
            models.CheckConstraint(
                condition=Q(verified_at=None, outcome="") | Q(verified_at__isnull=False) & ~Q(outcome=""),
                name="return_verified_with_outcome",
            ),
            models.CheckConstraint(
                condition=Q(transferred_at=None, check_due_on=None)
                | Q(transferred_at__isnull=False, check_from__isnull=False, check_due_on__isnull=False),
                name="return_checked_after_transfer",
            ),
            models.CheckConstraint(
                condition=Q(unspent_fen=0, voucher=None) | Q(unspent_fen__gte=1, voucher__isnull=False),
                name="return_unspent_by_voucher",
            ),
        ]

    table = RETURN

    @property
    def ref(self) -> str:
        """The proposal as a typed reference."""
        return f"return:{self.number}"


class ReturnAnswer(Witnessed):
    """A body that is heard on a return, and what it said. Without a person it was silent until its last day."""

    privacy_default = "internal"

    proposal = models.ForeignKey(ReturnProposal, on_delete=models.PROTECT, related_name="answers")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    agrees = models.BooleanField(null=True)
    words = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "organisation"], name="return_answered_once"),
            models.CheckConstraint(
                condition=Q(agrees=None, person=None, post=None, words="")
                | Q(agrees__isnull=False, person__isnull=False, post__isnull=False) & ~Q(words=""),
                name="return_answer_or_silence",
            ),
        ]
