"""Addresses of tokens for programs."""

from django.urls import URLPattern, path

from sanhu.portals.desk.views import api_tokens

urlpatterns: list[URLPattern] = [
    path("tokens/", api_tokens.tokens, name="tokens"),
    path("tokens/add/", api_tokens.token_add, name="token_add"),
    path("tokens/add-system/", api_tokens.system_token_add, name="system_token_add"),
    path("tokens/<int:pk>/revoke/", api_tokens.token_revoke, name="token_revoke"),
]
