"""Addresses for signing in, and for the ways in of one's own account."""

from django.urls import URLPattern, path

from sanhu.portals.desk.views import (
    second_factor,
    second_factor_app,
    second_factor_codes,
    second_factor_passkeys,
    security,
    sign_in,
    sign_in_passkey,
    sign_on,
)

urlpatterns: list[URLPattern] = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/second/", second_factor.second_factor, name="second_factor"),
    path("sign-in/second/options/", second_factor.second_factor_options, name="second_factor_options"),
    path("sign-in/passkey/", sign_in_passkey.sign_in_passkey, name="sign_in_passkey"),
    path("sign-in/passkey/options/", sign_in_passkey.sign_in_passkey_options, name="sign_in_passkey_options"),
    path("sign-in/district/", sign_on.sign_on, name="sign_on"),
    path("sign-in/district/back/", sign_on.sign_on_back, name="sign_on_back"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("password/", sign_in.change_password, name="change_password"),
    path("security/", security.security, name="security"),
    path("security/again/", security.sign_in_again, name="sign_in_again"),
    path("security/app/", second_factor_app.second_factor_app, name="second_factor_app"),
    path("security/app/code.svg", second_factor_app.second_factor_app_code, name="second_factor_app_code"),
    path("security/app/remove/", second_factor_app.second_factor_app_remove, name="second_factor_app_remove"),
    path("security/passkeys/add/", second_factor_passkeys.second_factor_passkey, name="second_factor_passkey"),
    path(
        "security/passkeys/options/",
        second_factor_passkeys.second_factor_passkey_options,
        name="second_factor_passkey_options",
    ),
    path(
        "security/passkeys/<int:pk>/remove/",
        second_factor_passkeys.second_factor_passkey_remove,
        name="second_factor_passkey_remove",
    ),
    path("security/codes/", second_factor_codes.second_factor_codes, name="second_factor_codes"),
    path("security/sign-on/", sign_on.sign_on_link, name="sign_on_link"),
    path("security/sign-on/confirm/", sign_on.sign_on_confirm, name="sign_on_confirm"),
    path("security/sign-on/unlink/", sign_on.sign_on_unlink, name="sign_on_unlink"),
]
