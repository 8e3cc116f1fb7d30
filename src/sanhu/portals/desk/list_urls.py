"""Addresses of lists of matters, of what they are found by, and of the keys."""

from django.urls import URLPattern, path

from sanhu.portals.desk.views import hot_issues, keys, matter_list, routing, saved_lists, search

urlpatterns: list[URLPattern] = [
    path("matters/", matter_list.matters, name="matters"),
    path("hot-issues/", hot_issues.hot_issues, name="hot_issues"),
    path("lists/", saved_lists.saved_list_save, name="saved_list_save"),
    path("lists/<int:pk>/delete/", saved_lists.saved_list_delete, name="saved_list_delete"),
    path("search/", search.search, name="search"),
    path("keys/", keys.keys, name="keys"),
    path("routing/", routing.routing, name="routing"),
]
