"""The addresses of the controlled drug: what each one shows, and who may see it."""

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.web.shell.addresses import VIAL, address
from sereniv.clinic.web.stock import acts, views

urlpatterns = [
    address("stock/", views.stock, "stock", Permission.READ_STOCK),
    address("stock/receive/", views.receive, "stock_receive", Permission.RECEIVE_STOCK),
    address("stock/standard/", views.standard, "stock_standard", Permission.SIGN_RULES),
    address("stock/count/", acts.count, "stock_count", Permission.KEEP_STOCK),
    address("stock/record/", views.record, "stock_record", Permission.READ_STOCK),
    address("stock/record/print/", views.record_document, "stock_record_document", Permission.READ_STOCK),
    address("stock/record/pdf/", views.record_document_pdf, "stock_record_document_pdf", Permission.READ_STOCK),
    address(f"{VIAL}open/", acts.open_vial, "stock_open", Permission.KEEP_STOCK),
    address(f"{VIAL}waste/", acts.waste, "stock_waste", Permission.KEEP_STOCK),
    address(f"{VIAL}damage/", acts.damage, "stock_damage", Permission.KEEP_STOCK),
    address(f"{VIAL}return/", acts.send_back, "stock_return", Permission.KEEP_STOCK),
    address(f"{VIAL}set-apart/", acts.set_apart, "stock_set_apart", Permission.KEEP_STOCK),
    address(f"{VIAL}put-back/", acts.put_back, "stock_put_back", Permission.KEEP_STOCK),
    address(f"{VIAL}correct/", acts.correct, "stock_correct", Permission.KEEP_STOCK),
    address(f"{VIAL}entries/<int:entry>/strike/", acts.strike, "stock_strike", Permission.KEEP_STOCK),
    address(f"{VIAL}differences/<int:counted>/", acts.settle, "stock_settle", Permission.SETTLE_STOCK),
    address(f"{VIAL}", views.vial, "stock_vial", Permission.READ_STOCK),
]
