"""The addresses of what follows a session: what each one shows, and who may see it."""

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.web.followup import aftercare, answers, outcomes
from sereniv.clinic.web.shell.addresses import PERSON, address

urlpatterns = [
    address("outcomes/", outcomes.outcomes, "outcomes", Permission.READ_SCORES),
    address(f"{PERSON}scale/<slug:scale_id>/", answers.scale, "person_scale", Permission.CHART),
    address(f"{PERSON}phq9/", answers.scale, "person_phq9", Permission.CHART, {"scale_id": "phq9"}),
    address(f"{PERSON}mood/", answers.scale, "person_mood", Permission.CHART, {"scale_id": "mood"}),
    address(f"{PERSON}safety/<int:entry>/", answers.safety, "person_safety", Permission.CHART),
    address(f"{PERSON}check-in/<uuid:session_id>/", aftercare.check_in, "person_check_in", Permission.CHART),
    address(f"{PERSON}side-effect/", aftercare.adverse_event, "person_adverse_event", Permission.CHART),
    address(f"{PERSON}side-effect/<int:entry>/", aftercare.follow, "person_follow", Permission.CHART),
    address(
        f"{PERSON}check-in/<uuid:session_id>/give-up/",
        aftercare.give_up_check_in,
        "person_check_in_give_up",
        Permission.SIGN_EXCEPTION,
    ),
    address(f"{PERSON}check-in/<int:entry>/red/", aftercare.red_answer, "person_red_answer", Permission.CHART),
    address("side-effects/", aftercare.side_effects, "side_effects", Permission.READ_SESSIONS),
]
