"""The addresses of a patient's own phone: what each one shows, and who may see it."""

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.web.phone import invitations, views
from sereniv.clinic.web.shell.addresses import INVITED, PERSON, Open, address

urlpatterns = [
    address(INVITED, views.home, "phone", Open.INVITED),
    address(f"{INVITED}way-home/<int:entry>/", views.escort, "phone_escort", Open.INVITED),
    address(f"{INVITED}sent/<int:entry>/", views.sent, "phone_sent", Open.INVITED),
    address(f"{INVITED}<slug:scale_id>/", views.scale, "phone_scale", Open.INVITED),
    address(f"{INVITED}<slug:scale_id>/keep/", views.keep, "phone_keep", Open.INVITED),
    address(f"{INVITED}<slug:scale_id>/forget/", views.forget, "phone_forget", Open.INVITED),
    address(f"{PERSON}invite/", invitations.invite, "person_invite", Permission.CHART),
    address(
        f"{PERSON}invite/<uuid:invitation_id>/withdraw/", invitations.withdraw, "person_uninvite", Permission.CHART
    ),
]
