"""The addresses of the inbox: what each one shows, and who may see it."""

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.web.inbox import views
from sereniv.clinic.web.shell.addresses import PERSON, address

ITEM = f"{PERSON}inbox/<int:entry>/"

urlpatterns = [
    address(f"{PERSON}inbox/", views.inbox, "person_inbox", Permission.CHART),
    address(f"{ITEM}take/", views.take, "person_inbox_take", Permission.CHART),
    address(f"{ITEM}known/", views.known, "person_inbox_known", Permission.CHART),
    address(f"{ITEM}refuse/", views.refuse, "person_inbox_refuse", Permission.CHART),
    address(f"{ITEM}as-it-came/", views.as_it_came, "person_inbox_as_it_came", Permission.CHART),
]
