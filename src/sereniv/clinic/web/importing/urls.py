"""The addresses of imports: what each one shows, and who may see it."""

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.web.importing import views
from sereniv.clinic.web.shell.addresses import address

urlpatterns = [
    address("import/", views.listed, "practice_import", Permission.IMPORT),
    address("import/progress/", views.progress, "practice_import_progress", Permission.IMPORT),
    address("import/<slug:key>/", views.looked_at, "practice_import_file", Permission.IMPORT),
    address("import/<slug:key>/take/", views.take, "practice_import_take", Permission.IMPORT),
    address("import/<slug:batch>/undo/", views.undo, "practice_import_undo", Permission.IMPORT),
]
