"""Addresses of the catalogue at the desk: proposed changes, items, the duty table, its coverage and the post cards."""

from django.urls import URLPattern, path

from sanhu.portals.desk.views import (
    catalogue_items,
    coverage,
    duty_tables,
    item_reviews,
    proposal_contents,
    proposal_item,
    proposal_opening,
    proposals,
)

urlpatterns: list[URLPattern] = [
    path("catalogue/proposals/", proposals.proposals, name="proposals"),
    path("catalogue/proposals/new/", proposal_opening.proposal_new, name="proposal_new"),
    path("catalogue/proposals/<int:number>/", proposals.proposal, name="proposal"),
    path("catalogue/proposals/<int:number>/items/", proposal_contents.proposal_contents, name="proposal_contents"),
    path("catalogue/proposals/<int:number>/items/new/", proposal_item.proposal_item_new, name="proposal_item_new"),
    path("catalogue/proposals/<int:number>/items/<str:code>/", proposal_item.proposal_item, name="proposal_item"),
    path(
        "catalogue/proposals/<int:number>/items/<str:code>/remove/",
        proposal_contents.proposal_item_remove,
        name="proposal_item_remove",
    ),
    path("catalogue/proposals/<int:number>/moves/<str:move>/", proposals.proposal_move, name="proposal_move"),
    path("catalogue/items/<str:code>/", catalogue_items.catalogue_item, name="catalogue_item"),
    path("catalogue/items/<str:code>/review/", item_reviews.item_review, name="item_review"),
    path("catalogue/reviews/", item_reviews.item_reviews, name="item_reviews"),
    path("catalogue/duty-table/", duty_tables.duty_table, name="duty_table"),
    path("catalogue/duty-table.csv", duty_tables.duty_table_csv, name="duty_table_csv"),
    path("catalogue/coverage/", coverage.coverage, name="coverage"),
    path("catalogue/coverage.csv", coverage.coverage_csv, name="coverage_csv"),
    path("catalogue/post-cards/", duty_tables.post_cards, name="post_cards"),
    path("catalogue/post-cards/<int:pk>/", duty_tables.post_card, name="post_card"),
    path("catalogue/post-cards/<int:pk>/card.csv", duty_tables.post_card_csv, name="post_card_csv"),
]
