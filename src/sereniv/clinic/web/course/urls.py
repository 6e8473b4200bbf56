"""The addresses of a course: what each one shows, and who may see it."""

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.web.course import views
from sereniv.clinic.web.shell.addresses import PERSON, address

urlpatterns = [
    address(f"{PERSON}course/", views.course, "person_course", Permission.READ_ORDERS),
    address(f"{PERSON}course/review/", views.review, "person_review", Permission.SIGN_ORDER),
    address(f"{PERSON}course/interrupt/", views.interrupt, "person_interrupt", Permission.CHART),
    address(f"{PERSON}course/resume/", views.resume, "person_resume", Permission.CHART),
    address(f"{PERSON}course/end/", views.end, "person_end_course", Permission.SIGN_ORDER),
    address(f"{PERSON}course/maintenance/", views.maintain, "person_maintain", Permission.SIGN_ORDER),
]
