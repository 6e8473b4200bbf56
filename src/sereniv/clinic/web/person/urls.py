"""The addresses of a person: what each one shows, and who may see it."""

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.web.person import care_teams, erasing, joining, restricting, views
from sereniv.clinic.web.shell.addresses import PERSON, address

urlpatterns = [
    address("people/", views.people_list, "people", Permission.READ_PEOPLE),
    address("people/new/", views.register, "person_new", Permission.REGISTER_PEOPLE),
    address(PERSON, views.person, "person", Permission.READ_INTAKE),
    address(f"{PERSON}data/", views.person_data, "person_data", Permission.READ_SCORES),
    address(f"{PERSON}erase/", erasing.erase_person, "person_erase", Permission.ERASE),
    address(f"{PERSON}identity/", views.correct, "person_identity", Permission.REGISTER_PEOPLE),
    address(f"{PERSON}join/", joining.join, "person_join", Permission.REGISTER_PEOPLE),
    address(f"{PERSON}part/<uuid:other_id>/", joining.part, "person_part", Permission.REGISTER_PEOPLE),
    address("care-teams/", care_teams.listed, "care_teams", Permission.READ_PEOPLE),
    address("care-teams/new/", care_teams.new, "care_team_new", Permission.RESTRICT_RECORDS),
    address("care-teams/<slug:team>/", care_teams.change, "care_team_change", Permission.RESTRICT_RECORDS),
    address("care-teams/<slug:team>/end/", care_teams.end, "care_team_end", Permission.RESTRICT_RECORDS),
    address(f"{PERSON}care-teams/", care_teams.choose, "person_care_teams", Permission.BOOK),
    address(f"{PERSON}restrict/", restricting.restrict, "person_restrict", Permission.RESTRICT_RECORDS),
    address(f"{PERSON}open/", restricting.open_all_the_same, "person_open", Permission.READ_INTAKE),
    address(
        f"{PERSON}openings/<int:opening>/", restricting.review, "person_opening_review", Permission.REVIEW_OPENINGS
    ),
    address(f"{PERSON}strike/<int:entry>/", views.strike, "person_strike", Permission.CHART),
]
