"""The addresses of orders: what each one shows, and who may see it."""

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.web.orders import views
from sereniv.clinic.web.shell.addresses import PERSON, address

urlpatterns = [
    address(f"{PERSON}order/", views.order, "person_order", Permission.SIGN_ORDER),
    address(f"{PERSON}order/<int:order_entry>/co-sign/", views.co_sign, "person_cosign", Permission.READ_ORDERS),
    address(f"{PERSON}order/<int:order_entry>/withdraw/", views.withdraw, "person_withdraw", Permission.SIGN_ORDER),
    address(f"{PERSON}order/<int:order_entry>/seat/", views.seat, "person_seat", Permission.RUN_INFUSION),
]
