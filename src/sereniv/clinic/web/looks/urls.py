"""The addresses of who looked at what: what each one shows, and who may see it."""

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.web.looks import views
from sereniv.clinic.web.shell.addresses import PERSON, address

urlpatterns = [
    address("ledger/sign-ins/", views.sign_ins, "sign_ins", Permission.READ_LEDGER),
    address("set-up/staff/<int:staff_id>/looks/", views.of_staff, "staff_looks", Permission.READ_LEDGER),
    address(
        "set-up/staff/<int:staff_id>/looks/pdf/", views.of_staff_pdf, "staff_looks_document_pdf", Permission.READ_LEDGER
    ),
    address(f"{PERSON}looks/", views.of_person, "person_looks", Permission.READ_LEDGER),
    address(f"{PERSON}looks/print/", views.of_person_document, "person_looks_document", Permission.READ_LEDGER),
    address(f"{PERSON}looks/pdf/", views.of_person_pdf, "person_looks_document_pdf", Permission.READ_LEDGER),
]
