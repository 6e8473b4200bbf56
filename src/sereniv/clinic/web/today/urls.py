"""The addresses of Today: what each one shows, and who may see it."""

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.web.shell.addresses import address
from sereniv.clinic.web.today import views

urlpatterns = [
    address("today/", views.today, "today", Permission.READ_RULES),
    address("today/<slug:topic>/", views.topic, "today_topic", Permission.READ_RULES),
]
