"""Pages on which staff make a link for a patient's own phone, see it once, and take it back."""

import uuid

import qrcode
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST
from qrcode.image.svg import SvgPathImage

from sereniv.clinic import clock
from sereniv.clinic.records.models import Invitation, Person
from sereniv.clinic.web.phone.invitation_forms import InviteForm
from sereniv.clinic.web.shell.acts import UNPROCESSABLE, form_for, go_back, perform
from sereniv.clinic.web.shell.form_parts import ActForm
from sereniv.clinic.workflows.phone import invitations
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.this_clinic import clinic_details
from sereniv.knowledge import knowledge
from sereniv.therapy.followup import assessments
from sereniv.therapy.phone import questionnaires


@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, person_id: uuid.UUID) -> HttpResponse:
    """Choose questionnaires, then show the link once, in words and as a picture for the phone's camera."""
    who = get_object_or_404(Person, pk=person_id)
    on_call = clinic_details().on_call_phone
    known = [scale for scale in knowledge().scales.values() if not scale.by_staff]
    offered = [(scale.id, scale.title) for scale in known if questionnaires.askable(scale, on_call)]
    form = form_for(request, InviteForm, offered=offered, initial={"scales": _suggested(who, offered), "days": 14})
    made: list[invitations.Invited] = []

    def act_on(valid: InviteForm, act: Act) -> None:
        names = tuple(valid.cleaned_data["scales"])
        made.append(invitations.invite(person_id, names, act.now + valid.length(), act))

    back = reverse("person", args=[person_id])
    if request.method == "POST" and perform(request, form, act_on):
        address = request.build_absolute_uri(reverse("phone", args=[made[0].token]))
        context = {"person": who, "back": back, "address": address, "until": made[0].invitation.until}
        names = who.given_names.split()
        shown = {"picture": picture_of(address), "first_name": names[0] if names else "", "clinic": clinic_details()}
        return render(request, "phone/invited.html", {**context, **shown})
    context = {
        "form": form,
        "person": who,
        "back": back,
        "withheld": [scale for scale in known if not questionnaires.askable(scale, on_call)],
    }
    return render(request, "phone/invite.html", context, status=UNPROCESSABLE if form.is_bound else 200)


def _suggested(who: Person, offered: list[tuple[str, str]]) -> list[str]:
    """Suggest what is followed for the person's indication, and the mood of each day."""
    known = rules_in_force(clock.now())
    wanted = [scale.id for scale in assessments.followed(who.indication, known)] + [assessments.MOOD]
    return [name for name, _ in offered if name in wanted]


def picture_of(address: str) -> SafeString:
    """Draw an address as a QR code that a phone's camera reads: paths alone, no text from anybody."""
    drawn = qrcode.make(address, image_factory=SvgPathImage, border=2)
    return SafeString(drawn.to_string(encoding="unicode"))


@require_POST
def withdraw(request: HttpRequest, person_id: uuid.UUID, invitation_id: uuid.UUID) -> HttpResponse:
    """Take a link back."""
    get_object_or_404(Invitation, pk=invitation_id, person_id=person_id)
    form = form_for(request, ActForm)

    def act_on(valid: ActForm, act: Act) -> str:
        del valid
        invitations.withdraw(invitation_id, act)
        return "The link no longer works."

    if not perform(request, form, act_on):
        return HttpResponse("This button is damaged. Open the page again.", status=UNPROCESSABLE)
    return go_back(request, reverse("person", args=[person_id]))
