"""Whatever the services do, the record vouches for every row; a row altered beside them is found."""

from datetime import date, datetime
from typing import Any

import pytest
from django.db.models import Model

from sanhu.domains.evidence.verify import verify
from sanhu.domains.subjects.appointments import LeavingGround
from sanhu.domains.subjects.models import Account, Organisation, Person, Post, Role, ServedArea
from sanhu.domains.subjects.services.accounts import deactivate_account, issue_password
from sanhu.domains.subjects.services.founding import FoundedDistrict
from sanhu.domains.subjects.services.organisations import OrganisationChange, change_organisation
from sanhu.domains.subjects.services.people import change_person
from sanhu.domains.subjects.services.posts import PostChange, change_post, leave_post
from sanhu.domains.subjects.services.powers import set_permissions
from sanhu.engines.actors import SYSTEM
from tests.domains.subjects import building

pytestmark = pytest.mark.django_db


@pytest.fixture
def walked(district: FoundedDistrict, at: datetime) -> Post:
    """Take a body, a person, a post and an account through everything the services do with them."""
    committee, street = building.committee(at=at), building.street(at=at)
    chen, he = building.person("陈睦", "0031", at=at), building.person("何悦", "0032", at=at)
    member = building.post(chen, committee, "committee_member", building.ELECTED, at=at)
    worker = building.post(he, street, "community_worker", building.hired(street), at=at)
    change = OrganisationChange(name="翠园第一社区居民委员会", areas=["990101001002"])
    change_organisation(organisation_id=committee.pk, change=change, actor=SYSTEM, at=at)
    change_person(person_id=chen.pk, phone="13900000000", actor=SYSTEM, at=at)
    change_post(post_id=worker.pk, change=PostChange(contract_ends_on=date(2028, 12, 31)), actor=SYSTEM, at=at)
    leave_post(post_id=worker.pk, ground=LeavingGround.CONTRACT_TERMINATED, basis="", actor=SYSTEM, at=at)
    account = building.account(he, at=at)
    issue_password(account_id=account.pk, actor=SYSTEM, at=at)
    deactivate_account(account_id=account.pk, actor=SYSTEM, at=at)
    set_permissions(role="window_clerk", permissions=["matter.view"], reason="理由", actor=SYSTEM, at=at)
    return member


def test_every_row_the_services_wrote_is_vouched_for(walked: Post):
    assert verify().findings == ()


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Post, {"contract_ends_on": date(2035, 1, 9)}),
        (Post, {"title": "书记"}),
        (Organisation, {"name": "改名居民委员会"}),
        (ServedArea, {"code": "990101003001"}),
        (Person, {"phone": "13900000001"}),
        (Role, {"permissions": ["matter.close"]}),
        (Account, {"is_demonstration": True}),
    ],
)
def test_a_row_altered_beside_the_services_is_found(walked: Post, model: type[Model], values: dict[str, Any]):
    rows = model._default_manager.order_by("-pk")
    row = rows[0]
    assert rows.filter(pk=row.pk).update(**values) == 1
    found = [(finding.kind, finding.ref, finding.detail) for finding in verify().findings]
    assert [(kind, ref) for kind, ref, _ in found] == [("row_altered", f"{model._meta.label_lower}:{row.pk}")]
    assert next(iter(values)) in found[0][2]
