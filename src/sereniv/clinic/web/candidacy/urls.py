"""The addresses of candidacy: what each one shows, and who may see it."""

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.web.candidacy import views
from sereniv.clinic.web.shell.addresses import PERSON, address

urlpatterns = [
    address(f"{PERSON}evaluate/<str:criterion>/", views.evaluate, "person_evaluate", Permission.DECIDE_CANDIDACY),
    address(f"{PERSON}evaluate/<str:criterion>/ask/", views.ask_evaluation, "person_evaluate_ask", Permission.CHART),
    address(f"{PERSON}decide/", views.decide, "person_decide", Permission.DECIDE_CANDIDACY),
]
