"""The addresses of the worklist of suicide items: what each one shows, and who may see it."""

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.web.safety import views
from sereniv.clinic.web.shell.addresses import PERSON, address

urlpatterns = [
    address("safety/", views.worklist, "safety", Permission.READ_ANSWERS),
    address("safety/items/", views.items, "safety_items", Permission.READ_ANSWERS),
    address(f"{PERSON}safety/items/", views.person_items, "person_safety_items", Permission.READ_ANSWERS),
    address(f"{PERSON}safety/<int:entry>/take/", views.take, "person_safety_take", Permission.CHART),
]
