"""Every address of the clinic; `web.access.ROUTES` says what each one needs."""

from allauth.account import views as account
from django.urls import include, path

from sereniv.clinic.gateway import views as gateway
from sereniv.clinic.web.views import board, chair, finish, gate, house, orders, people, stock

PERSON = "people/<uuid:person_id>/"
SESSION = "sessions/<uuid:session_id>/"

urlpatterns = [
    path("health", house.health, name="health"),
    path("sign-in/", account.login, name="account_login"),
    path("sign-out/", account.logout, name="account_logout"),
    path("confirm-password/", account.reauthenticate, name="account_reauthenticate"),
    path("second-factor/", include("allauth.mfa.urls")),
    path("switch/", house.switch, name="switch"),
    path("", board.board, name="board"),
    path("board/tiles/", board.board_tiles, name="board_tiles"),
    path("rules/", house.rules, name="rules"),
    path("ledger/", house.ledger, name="ledger"),
    path("going-live/", house.go_live, name="go_live"),
    path("demo/clock/", house.demo_clock, name="demo_clock"),
    path("people/", people.people_list, name="people"),
    path("people/new/", people.register, name="person_new"),
    path(PERSON, people.person, name="person"),
    path(f"{PERSON}data/", people.person_data, name="person_data"),
    path(f"{PERSON}consent/", people.consent, name="person_consent"),
    path(f"{PERSON}history/<str:which>/", people.history, name="person_history"),
    path(f"{PERSON}history/<str:which>/none/", people.none_of_these, name="person_none_of_these"),
    path(f"{PERSON}measure/", people.measure, name="person_measure"),
    path(f"{PERSON}confirm/<int:entry>/<str:field>/", people.confirm, name="person_confirm"),
    path(f"{PERSON}pregnancy/", people.pregnancy, name="person_pregnancy"),
    path(f"{PERSON}medicines/", people.medicines, name="person_medicines"),
    path(f"{PERSON}phq9/", people.phq9, name="person_phq9"),
    path(f"{PERSON}mood/", people.mood, name="person_mood"),
    path(f"{PERSON}safety/<int:entry>/", people.safety, name="person_safety"),
    path(f"{PERSON}evaluate/<str:criterion>/", people.evaluate, name="person_evaluate"),
    path(f"{PERSON}decide/", people.decide, name="person_decide"),
    path(f"{PERSON}order/", orders.order, name="person_order"),
    path(f"{PERSON}order/<int:order_entry>/co-sign/", orders.co_sign, name="person_cosign"),
    path(f"{PERSON}order/<int:order_entry>/withdraw/", orders.withdraw, name="person_withdraw"),
    path(f"{PERSON}order/<int:order_entry>/seat/", orders.seat, name="person_seat"),
    path(SESSION, chair.session, name="session"),
    path(f"{SESSION}status/", chair.session_status, name="session_status"),
    path(f"{SESSION}log/", chair.session_log, name="session_log"),
    path(f"{SESSION}data/", chair.session_data, name="session_data"),
    path(f"{SESSION}gate/", gate.gate, name="session_gate"),
    path(f"{SESSION}gate/<str:line>/say/", gate.attest, name="gate_attest"),
    path(f"{SESSION}gate/<str:line>/pass/", gate.override, name="gate_override"),
    path(f"{SESSION}draw/", gate.draw, name="gate_draw"),
    path(f"{SESSION}pass-gate/", gate.pass_gate, name="gate_pass"),
    path(f"{SESSION}start/", gate.start, name="session_start"),
    path(f"{SESSION}vitals/", chair.vitals, name="session_vitals"),
    path(f"{SESSION}from-monitor/", chair.from_monitor, name="session_from_monitor"),
    path(f"{SESSION}observe/", chair.observe, name="session_observe"),
    path(f"{SESSION}note-down/", chair.remark, name="session_remark"),
    path(f"{SESSION}close-unused/", gate.close_unused, name="session_close_unused"),
    path(f"{SESSION}rate/", chair.rate, name="session_rate"),
    path(f"{SESSION}paused/", chair.paused, name="session_paused"),
    path(f"{SESSION}resume/", chair.resume, name="session_resume"),
    path(f"{SESSION}stopped/", chair.stopped, name="session_stopped"),
    path(f"{SESSION}found/", chair.found, name="session_found"),
    path(f"{SESSION}strike/<int:entry>/", chair.strike_entry, name="session_strike"),
    path(f"{SESSION}confirm/<int:entry>/<str:field>/", chair.confirm_entry, name="session_confirm"),
    path(f"{SESSION}notice/<str:alert>/", chair.notice, name="session_notice"),
    path(f"{SESSION}help/", chair.call_help, name="session_help"),
    path(f"{SESSION}drug/", finish.drug, name="session_drug"),
    path(f"{SESSION}recovery/", finish.recovery, name="session_recovery"),
    path(f"{SESSION}discharge/", finish.discharge, name="session_discharge"),
    path(f"{SESSION}note/", finish.note, name="session_note"),
    path(f"{SESSION}note/sign/", finish.sign, name="session_sign"),
    path("stock/", stock.stock, name="stock"),
    path("stock/receive/", stock.receive, name="stock_receive"),
    path("stock/<uuid:vial_id>/", stock.vial, name="stock_vial"),
    path("gateway/sessions/<uuid:session_id>/", gateway.session, name="gateway_session"),
    path("gateway/sessions/<uuid:session_id>/connect/", gateway.connect, name="gateway_connect"),
    path("gateway/sessions/<uuid:session_id>/samples/", gateway.samples, name="gateway_samples"),
    path("gateway/clock/", gateway.set_clock, name="gateway_clock"),
]

handler404 = "sereniv.clinic.web.errors.not_found"
handler500 = "sereniv.clinic.web.errors.broken"
