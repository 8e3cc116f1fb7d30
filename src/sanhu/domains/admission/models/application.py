"""An application: what an organ wants a committee's help with, why, for how long, and with what power and money."""

from django.db import models
from django.db.models import F, Q

from sanhu.domains.admission.tables import APPLICATION
from sanhu.domains.admission.terms import Choice, GrantKind, OpinionKind
from sanhu.domains.catalogue.models.item import CLASS_CHOICES
from sanhu.domains.evidence.models import Witnessed
from sanhu.domains.funding.models import LedgerAccount
from sanhu.domains.funding.terms import MOST_FEN, BudgetLine, FundSource
from sanhu.domains.subjects.models import Organisation, Person, Post


class Application(Witnessed):
    """One application with every field of B.8. It may ask for one kind of help in several communities at once.

    `minutes_each` and `amount_each_fen` are for one community and the whole period. `acts` are codes of what the
    committee is to do, `data_fields` what it is to collect or fill in. `round` is 2 from the day a returned application
    comes in again; `decide_within` is the rule of working days as it was on acceptance, `due_on` what follows from it.
    `findings` are what the checks said at the last submission. `overdue_at` is when it was noted that `due_on` had
    passed without a decision.
    """

    privacy_default = "internal"

    number = models.CharField(max_length=20, unique=True)
    district = models.CharField(max_length=6)
    organ = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="applications")
    name = models.CharField(max_length=60)
    affair_class = models.CharField(max_length=2, choices=CLASS_CHOICES)
    item_code = models.CharField(max_length=10, blank=True)
    legal_basis = models.CharField(max_length=200)
    necessity = models.TextField()
    content = models.TextField()
    boundary = models.TextField()
    acts = models.JSONField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    frequency = models.CharField(max_length=60)
    minutes_each = models.PositiveIntegerField()
    power_kind = models.CharField(max_length=12, choices=GrantKind)
    power_article = models.CharField(max_length=200)
    power_scope = models.CharField(max_length=200)
    training = models.CharField(max_length=200)
    systems = models.CharField(max_length=200, blank=True)
    data_fields = models.JSONField()
    cost_basis = models.CharField(max_length=200)
    amount_each_fen = models.BigIntegerField()
    source = models.CharField(max_length=20, choices=FundSource)
    line = models.CharField(max_length=4, choices=BudgetLine)
    instalments = models.JSONField()
    assessment = models.CharField(max_length=200, blank=True)
    exit_terms = models.CharField(max_length=200)
    renews = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="renewed_by")
    state = models.CharField(max_length=20)
    is_open = models.BooleanField(default=True)
    revision = models.PositiveIntegerField(default=0)
    round = models.PositiveSmallIntegerField(default=1)
    findings = models.JSONField(default=list)
    account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    drafted_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    decide_within = models.PositiveSmallIntegerField(null=True)
    due_on = models.DateField(null=True)
    overdue_at = models.DateTimeField(null=True)
    meets_on = models.DateField(null=True)
    decided_at = models.DateTimeField(null=True)
    in_force_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["district", "state"], name="application_in_state"),
            models.Index(fields=["state", "ends_on"], name="application_ending"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="application_ends_after_start"),
            models.CheckConstraint(condition=Q(amount_each_fen__range=(0, MOST_FEN)), name="application_amount_sound"),
            models.CheckConstraint(condition=Q(round__in=(1, 2)), name="application_returned_once"),
        ]

    table = APPLICATION

    @property
    def ref(self) -> str:
        """The application as a typed reference."""
        return f"application:{self.number}"


class ApplicationCommittee(Witnessed):
    """A committee an application asks for help."""

    privacy_default = "internal"

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="committees")
    committee = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="asked_for")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "committee"], condition=Q(ended_at=None), name="committee_asked_once"
            )
        ]


class Opinion(Witnessed):
    """What a check said in one round of an application: of the law, of the money, or of one committee."""

    privacy_default = "internal"

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="opinions")
    round = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=OpinionKind)
    committee = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    agrees = models.BooleanField()
    words = models.CharField(max_length=500)
    article = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "round", "kind"], condition=Q(committee=None), name="opinion_once"
            ),
            models.UniqueConstraint(
                fields=["application", "round", "committee"], condition=Q(committee__isnull=False), name="heard_once"
            ),
            models.CheckConstraint(
                condition=Q(kind=OpinionKind.HEARING, committee__isnull=False)
                | ~Q(kind=OpinionKind.HEARING) & Q(committee__isnull=True),
                name="hearing_is_of_a_committee",
            ),
        ]


class Vote(Witnessed):
    """What one person said in the joint meeting on one application, whatever posts they hold."""

    privacy_default = "internal"

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="votes")
    round = models.PositiveSmallIntegerField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+", db_index=False)
    choice = models.CharField(max_length=8, choices=Choice)
    words = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "round", "person"], name="vote_once_a_person")]
