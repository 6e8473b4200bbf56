"""The addresses of sign-in and the lock: what each one shows, and who may see it."""

from allauth.account import views as account

from sereniv.clinic.web.shell import door, kept_views, lock_views, network_views, outside
from sereniv.clinic.web.shell.addresses import Open, address, addresses_of

OF_THE_LIBRARY = {
    "mfa_authenticate": Open.PUBLIC,
    "mfa_index": Open.SIGNED_IN,
    "mfa_activate_totp": Open.SIGNED_IN,
    "mfa_deactivate_totp": Open.SIGNED_IN,
    "mfa_generate_recovery_codes": Open.SIGNED_IN,
    "mfa_view_recovery_codes": Open.SIGNED_IN,
    "mfa_download_recovery_codes": Open.SIGNED_IN,
    "mfa_list_webauthn": Open.SIGNED_IN,
    "mfa_add_webauthn": Open.SIGNED_IN,
    "mfa_edit_webauthn": Open.SIGNED_IN,
    "mfa_remove_webauthn": Open.SIGNED_IN,
    "mfa_reauthenticate": Open.SIGNED_IN,
    "mfa_reauthenticate_webauthn": Open.SIGNED_IN,
    "mfa_login_webauthn": Open.PUBLIC,
}
"""Addresses that the library of the second factor brings along."""

urlpatterns = [
    address("sign-in/", door.sign_in, "account_login", Open.PUBLIC),
    address("sign-in/service/", outside.begin, "sign_in_service", Open.PUBLIC),
    address("sign-in/service/on/", outside.on, "sign_in_on", Open.PUBLIC),
    address("sign-in/service/back/", outside.back, "sign_in_back", Open.PUBLIC),
    address("sign-out/", account.logout, "account_logout", Open.SIGNED_IN),
    address("confirm-password/", account.reauthenticate, "account_reauthenticate", Open.SIGNED_IN),
    address("lock/", lock_views.lock, "lock", Open.SIGNED_IN),
    address("unlock/", lock_views.unlock, "unlock", Open.SIGNED_IN),
    address("touch/", lock_views.touch, "touch", Open.SIGNED_IN),
    address("kept/", kept_views.kept, "kept", Open.SIGNED_IN),
    address("kept/<int:number>/drop/", kept_views.drop, "kept_drop", Open.SIGNED_IN),
    address("worker.js", network_views.worker, "worker", Open.PUBLIC),
    address("without-network/", network_views.without_network, "without_network", Open.PUBLIC),
    address("unsent/key/", network_views.unsent_key, "unsent_key", Open.SIGNED_IN),
    # Before the library's own address of the same name: strangers come to it by the door.
    address("second-factor/webauthn/login/", door.by_passkey, "mfa_login_webauthn", Open.PUBLIC),
    addresses_of("second-factor/", "allauth.mfa.urls", OF_THE_LIBRARY),
]
