"""The addresses of how the house runs: what each one shows, and who may see it."""

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.web.operating import views
from sereniv.clinic.web.shell.addresses import Open, address

urlpatterns = [
    address("health", views.health, "health", Open.PUBLIC),
    address("metrics", views.metrics, "metrics", Open.TOKEN),
    address("set-up/doctor/", views.doctor, "doctor", Permission.MANAGE_HOME),
]
