"""Addresses for those who keep the district's bodies, people, powers, catalogue and calendar."""

from django.urls import URLPattern, path

from sanhu.portals.desk.views import (
    accounts,
    calendar,
    duties,
    gaps,
    health,
    imports,
    organisations,
    people,
    post_terms,
    record,
    roles,
)

urlpatterns: list[URLPattern] = [
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/add/", organisations.organisation_add, name="organisation_add"),
    path("organisations/<int:pk>/", organisations.organisation, name="organisation"),
    path("organisations/<int:pk>/change/", organisations.organisation_change, name="organisation_change"),
    path("organisations/<int:pk>/end/", organisations.organisation_end, name="organisation_end"),
    path("people/", people.people, name="people"),
    path("people/add/", people.person_add, name="person_add"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/change/", people.person_change, name="person_change"),
    path("people/<int:pk>/appoint/", post_terms.appoint, name="appoint"),
    path("people/<int:pk>/account/sign-on/", accounts.account_sign_on, name="account_sign_on"),
    path("people/<int:pk>/account/<str:act>/", accounts.account_act, name="account_act"),
    path("people/posts/<int:pk>/change/", post_terms.post_change, name="post_change"),
    path("people/posts/<int:pk>/end/", post_terms.post_end, name="post_end"),
    path("roles/", roles.roles, name="roles"),
    path("roles/<slug:code>/", roles.role, name="role"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<str:kind>/", imports.import_file, name="import_file"),
    path("imports/<str:kind>/template.csv", imports.import_template, name="import_template"),
    path("duties/", duties.duties, name="duties"),
    path("duties/<int:pk>/", duties.duty, name="duty"),
    path("gaps/", gaps.gaps, name="gaps"),
    path("record/", record.record, name="record"),
    path("health/", health.health, name="health"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/template.csv", calendar.calendar_template, name="calendar_template"),
    path("calendar/<int:pk>/", calendar.calendar_source, name="calendar_source"),
]
