"""Which district this installation speaks for to the public, and how its pages are called from outside."""

import os

from django.conf import settings
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


def address() -> str:
    """Give what an address in a message begins with, where there is no request to tell it."""
    if settings.SANHU_SITE_URL:
        return str(settings.SANHU_SITE_URL).rstrip("/")
    host = settings.ALLOWED_HOSTS[0].lstrip(".")
    return f"https://{host}" if settings.SANHU_PRODUCTION else f"http://{host}:{os.environ.get('PORT', '8000')}"
