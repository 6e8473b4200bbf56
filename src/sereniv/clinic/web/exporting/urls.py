"""The addresses of exports: what each one shows, and who may see it."""

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.web.exporting import take_along, views
from sereniv.clinic.web.shell.addresses import PERSON, address

urlpatterns = [
    address("export/", views.export, "export", Permission.EXPORT),
    address("export/progress/", views.progress, "export_progress", Permission.EXPORT),
    address("export/file/<str:name>", views.take, "export_take", Permission.EXPORT),
    address(f"{PERSON}take-along/", take_along.ask, "person_take_along", Permission.READ_DOCUMENTS),
    address(f"{PERSON}take-along/<slug:key>/", take_along.ready, "person_take_along_ready", Permission.READ_DOCUMENTS),
    address(
        f"{PERSON}take-along/<slug:key>/file/", take_along.take, "person_take_along_file", Permission.READ_DOCUMENTS
    ),
]
