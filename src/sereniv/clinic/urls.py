"""Every address of the clinic, subject by subject: the `urls` of each says where, what, and who may see it."""

from sereniv.clinic.gateway import calendar_feed
from sereniv.clinic.gateway import views as gateway
from sereniv.clinic.gateway.cds_hooks import doors as cds_hooks
from sereniv.clinic.gateway.fhir import doors as fhir
from sereniv.clinic.gateway.smart import views as smart
from sereniv.clinic.web.admin import urls as admin
from sereniv.clinic.web.board import urls as board
from sereniv.clinic.web.calendar import urls as calendar
from sereniv.clinic.web.candidacy import urls as candidacy
from sereniv.clinic.web.chair import urls as chair
from sereniv.clinic.web.course import urls as course
from sereniv.clinic.web.devices import urls as devices
from sereniv.clinic.web.documents import urls as documents
from sereniv.clinic.web.drills import urls as drills
from sereniv.clinic.web.exporting import urls as exporting
from sereniv.clinic.web.followup import urls as followup
from sereniv.clinic.web.gate import urls as gate
from sereniv.clinic.web.guide import urls as guide
from sereniv.clinic.web.importing import urls as importing
from sereniv.clinic.web.inbox import urls as inbox
from sereniv.clinic.web.intake import urls as intake
from sereniv.clinic.web.looks import urls as looks
from sereniv.clinic.web.operating import urls as operating
from sereniv.clinic.web.orders import urls as orders
from sereniv.clinic.web.person import urls as person
from sereniv.clinic.web.phone import urls as phone
from sereniv.clinic.web.recorder import urls as recorder
from sereniv.clinic.web.rules import urls as rules
from sereniv.clinic.web.safety import urls as safety
from sereniv.clinic.web.shell import urls as shell
from sereniv.clinic.web.shell.addresses import ROUTES as ROUTES
from sereniv.clinic.web.shell.addresses import Open, address
from sereniv.clinic.web.stock import urls as stock
from sereniv.clinic.web.today import urls as today

urlpatterns = [
    *shell.urlpatterns,
    *board.urlpatterns,
    *today.urlpatterns,
    *rules.urlpatterns,
    *looks.urlpatterns,
    *admin.urlpatterns,
    *operating.urlpatterns,
    *devices.urlpatterns,
    *exporting.urlpatterns,
    *importing.urlpatterns,
    *safety.urlpatterns,
    *guide.urlpatterns,
    *phone.urlpatterns,
    *person.urlpatterns,
    *intake.urlpatterns,
    *inbox.urlpatterns,
    *candidacy.urlpatterns,
    *followup.urlpatterns,
    *calendar.urlpatterns,
    *course.urlpatterns,
    *orders.urlpatterns,
    *documents.urlpatterns,
    *chair.urlpatterns,
    *recorder.urlpatterns,
    *drills.urlpatterns,
    *gate.urlpatterns,
    *stock.urlpatterns,
    address("gateway/sessions/<uuid:session_id>/", gateway.session, "gateway_session", Open.TOKEN),
    address("gateway/sessions/<uuid:session_id>/connect/", gateway.connect, "gateway_connect", Open.TOKEN),
    address("gateway/sessions/<uuid:session_id>/samples/", gateway.samples, "gateway_samples", Open.TOKEN),
    address("calendar/feed/<str:token>.ics", calendar_feed.given, "calendar_feed_given", Open.TOKEN),
    address("fhir/.well-known/smart-configuration", smart.configuration, "smart_configuration", Open.PUBLIC),
    address("fhir/token", smart.token, "smart_token", Open.TOKEN),
    address("fhir", fhir.door, "fhir_base", Open.TOKEN),
    address("fhir/<path:rest>", fhir.door, "fhir", Open.TOKEN),
    address("cds-services", cds_hooks.services, "cds_services", Open.PUBLIC),
    address("cds-services/<slug:service_id>", cds_hooks.service, "cds_service", Open.TOKEN),
    address("cds-services/<slug:service_id>/feedback", cds_hooks.feedback, "cds_feedback", Open.TOKEN),
    address("gateway/clock/", gateway.set_clock, "gateway_clock", Open.TOKEN),
    address("gateway/<path:rest>", gateway.nowhere, "gateway_nowhere", Open.TOKEN),
]

handler400 = "sereniv.clinic.web.shell.errors.malformed"
handler404 = "sereniv.clinic.web.shell.errors.not_found"
handler500 = "sereniv.clinic.web.shell.errors.broken"
