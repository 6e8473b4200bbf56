"""The addresses of the pages for anybody: what each one shows, and who may see it."""

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.web.guide import views
from sereniv.clinic.web.shell.addresses import Open, address

urlpatterns = [
    address("guide/", views.guide, "guide", Open.PUBLIC),
    address("guide/enquiry/", views.enquiry, "enquiry", Open.PUBLIC),
    address("guide/enquiry/thanks/", views.thanks, "enquiry_thanks", Open.PUBLIC),
    address("enquiries/", views.enquiry_list, "enquiries", Permission.READ_PEOPLE),
    address(
        "enquiries/<uuid:enquiry_id>/answered/", views.enquiry_answered, "enquiry_answered", Permission.READ_PEOPLE
    ),
]
