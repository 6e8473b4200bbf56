"""The addresses of documents: what each one shows, and who may see it."""

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.web.documents import views
from sereniv.clinic.web.shell.addresses import PERSON, SESSION, VIAL, address

urlpatterns = [
    address("board/hand-over/", views.hand_over, "hand_over", Permission.READ_SESSIONS),
    address(f"{PERSON}documents/<str:which>/", views.of_person, "person_document", Permission.READ_INTAKE),
    address(f"{PERSON}documents/<str:which>/pdf/", views.of_person_pdf, "person_document_pdf", Permission.READ_INTAKE),
    address(f"{SESSION}documents/<str:which>/", views.of_session, "session_document", Permission.READ_INTAKE),
    address(
        f"{SESSION}documents/<str:which>/pdf/", views.of_session_pdf, "session_document_pdf", Permission.READ_INTAKE
    ),
    address(f"{VIAL}ledger/", views.of_vial, "stock_vial_document", Permission.READ_STOCK),
    address(f"{VIAL}ledger/pdf/", views.of_vial_pdf, "stock_vial_document_pdf", Permission.READ_STOCK),
]
