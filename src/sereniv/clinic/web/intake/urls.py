"""The addresses of intake: what each one shows, and who may see it."""

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.web.intake import elsewhere, medical, screening, views
from sereniv.clinic.web.shell.addresses import PERSON, address

urlpatterns = [
    address(f"{PERSON}intake/", screening.intake, "person_intake", Permission.READ_INTAKE),
    address(f"{PERSON}referrer/", views.referrer, "person_referrer", Permission.REGISTER_PEOPLE),
    address(f"{PERSON}indication/", screening.indication, "person_indication", Permission.REGISTER_PEOPLE),
    address(f"{PERSON}consent/", views.consent, "person_consent", Permission.RECORD_CONSENT),
    address(
        f"{PERSON}consent/withdraw/", screening.withdraw_consent, "person_consent_withdraw", Permission.RECORD_CONSENT
    ),
    address(f"{PERSON}diagnosis/", screening.diagnosis, "person_diagnosis", Permission.REGISTER_PEOPLE),
    address(f"{PERSON}trials/", screening.trials, "person_trials", Permission.REGISTER_PEOPLE),
    address(f"{PERSON}trials/close/", screening.close_trials, "person_trials_close", Permission.REGISTER_PEOPLE),
    address(
        f"{PERSON}trials/<int:entry>/unknown/",
        screening.trial_unknown,
        "person_trial_unknown",
        Permission.DECIDE_CANDIDACY,
    ),
    address(f"{PERSON}substances/", screening.substances, "person_substances", Permission.REGISTER_PEOPLE),
    address(f"{PERSON}infused-elsewhere/", elsewhere.infused_elsewhere, "person_infused_elsewhere", Permission.CHART),
    address(
        f"{PERSON}infused-elsewhere/<int:entry>/", elsewhere.told_twice, "person_told_twice", Permission.REGISTER_PEOPLE
    ),
    address(f"{PERSON}score/<slug:scale_id>/", screening.score, "person_score", Permission.CHART),
    address(f"{PERSON}work-up/", screening.work_up, "person_work_up", Permission.CHART),
    address(f"{PERSON}level-of-care/", screening.level_of_care, "person_level_of_care", Permission.DECIDE_CANDIDACY),
    address(f"{PERSON}history/<str:which>/", views.history, "person_history", Permission.REGISTER_PEOPLE),
    address(
        f"{PERSON}history/<str:which>/none/", views.none_of_these, "person_none_of_these", Permission.REGISTER_PEOPLE
    ),
    address(f"{PERSON}measure/", views.measure, "person_measure", Permission.CHART),
    address(f"{PERSON}confirm/<int:entry>/<str:field>/", views.confirm, "person_confirm", Permission.CHART),
    address(f"{PERSON}pregnancy/", views.pregnancy, "person_pregnancy", Permission.CHART),
    address("medicines/line/", medical.medicine_line, "medicine_line", Permission.CHART),
    address(f"{PERSON}medicines/", medical.medicines, "person_medicines", Permission.CHART),
    address(f"{PERSON}medicines/none/", medical.no_medicines, "person_no_medicines", Permission.CHART),
    address(f"{PERSON}conditions/<str:which>/", medical.conditions, "person_conditions", Permission.REGISTER_PEOPLE),
    address(
        f"{PERSON}conditions/<str:which>/none/",
        medical.no_conditions,
        "person_no_conditions",
        Permission.REGISTER_PEOPLE,
    ),
    address(f"{PERSON}read/<str:which>/<str:line>/", medical.judge, "person_judge_line", Permission.DECIDE_CANDIDACY),
    address(
        f"{PERSON}anaesthetic-risk/", medical.anaesthetic_risk, "person_anaesthetic_risk", Permission.DECIDE_CANDIDACY
    ),
]
