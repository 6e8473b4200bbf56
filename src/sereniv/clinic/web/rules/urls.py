"""The addresses of rules: what each one shows, and who may see it."""

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.web.rules import deviations, drug_models, views
from sereniv.clinic.web.shell.addresses import address

urlpatterns = [
    address("models/", drug_models.drug_models, "drug_models", Permission.READ_RULES),
    address("rules/own/", views.own_rules, "own_rules", Permission.READ_RULES),
    address("rules/own/<str:threshold>/", views.own_rule, "own_rule", Permission.READ_RULES),
    address("rules/own/<str:threshold>/sign/", views.sign, "own_rule_sign", Permission.SIGN_RULES),
    address("rules/own-group/<slug:group>/sign/", views.sign_together, "own_group_sign", Permission.SIGN_RULES),
    address("deviations/", deviations.deviations, "deviations", Permission.READ_ORDERS),
    address("rules/versions/", views.versions, "rules_versions", Permission.READ_RULES),
    address("rules/version/<str:version>/", views.version, "rules_version", Permission.READ_RULES),
]
