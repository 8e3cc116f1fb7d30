"""Which district this installation speaks for to the public."""

import os

from django.http import Http404

from sanhu.domains.subjects.kinds import SubjectKind
from sanhu.domains.subjects.models import Organisation


def home_district() -> str:
    """Give the district's six digits: SANHU_DISTRICT, else the one that was founded first.

    Raises Http404 while no district was founded: there is nothing to show yet.
    """
    named = os.environ.get("SANHU_DISTRICT", "")
    if named:
        return named
    founded = (
        Organisation.objects.filter(kind=SubjectKind.DISTRICT_COORDINATION_BODY)
        .order_by("id")
        .values_list("district", flat=True)
        .first()
    )
    if founded is None:
        raise Http404("no district was founded yet")
    return founded
