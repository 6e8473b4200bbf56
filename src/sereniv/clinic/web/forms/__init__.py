"""Every form: what is asked, how a wrong answer is put right, and who signs."""

from sereniv.clinic.web.forms.answers import SafetyForm, ScaleForm, TakeOnForm
from sereniv.clinic.web.forms.base import ActForm, ConfirmForm, ReasonForm, SecondPersonMixin, WhenMixin
from sereniv.clinic.web.forms.candidacy import DecideForm, EvaluationForm
from sereniv.clinic.web.forms.chair import (
    AttestForm,
    DischargeForm,
    DrawForm,
    DrugForm,
    FoundForm,
    NoticeForm,
    ObserveForm,
    RateForm,
    ReadBackForm,
    RecoveryForm,
    RemarkForm,
    ResumeForm,
    StoppedForm,
    VitalsForm,
)
from sereniv.clinic.web.forms.drug_models import DrugModelsForm
from sereniv.clinic.web.forms.guide import EnquiryForm
from sereniv.clinic.web.forms.house import ClockForm, EraseForm, GoLiveForm, StandardForm, SwitchForm
from sereniv.clinic.web.forms.intake import (
    AllergiesForm,
    ConsentForm,
    HistoryForm,
    MeasureForm,
    PregnancyForm,
    SubstanceForm,
    WithdrawalForm,
)
from sereniv.clinic.web.forms.orders import CoSignForm, OrderForm, SeatForm
from sereniv.clinic.web.forms.people import CorrectIdentityForm, JoinForm, PartForm, RegisterForm
from sereniv.clinic.web.forms.setting_up import (
    ChairForm,
    DetailsForm,
    NewPasswordForm,
    NewStaffForm,
    PasswordForm,
    PinForm,
    RolesForm,
    SureForm,
)
from sereniv.clinic.web.forms.stock import VialForm

__all__ = [
    "ActForm",
    "AllergiesForm",
    "AttestForm",
    "ChairForm",
    "ClockForm",
    "CoSignForm",
    "ConfirmForm",
    "ConsentForm",
    "CorrectIdentityForm",
    "DecideForm",
    "DetailsForm",
    "DischargeForm",
    "DrawForm",
    "DrugForm",
    "DrugModelsForm",
    "EnquiryForm",
    "EraseForm",
    "EvaluationForm",
    "FoundForm",
    "GoLiveForm",
    "HistoryForm",
    "JoinForm",
    "MeasureForm",
    "NewPasswordForm",
    "NewStaffForm",
    "NoticeForm",
    "ObserveForm",
    "OrderForm",
    "PartForm",
    "PasswordForm",
    "PinForm",
    "PregnancyForm",
    "RateForm",
    "ReadBackForm",
    "ReasonForm",
    "RecoveryForm",
    "RegisterForm",
    "RemarkForm",
    "ResumeForm",
    "RolesForm",
    "SafetyForm",
    "ScaleForm",
    "SeatForm",
    "SecondPersonMixin",
    "StandardForm",
    "StoppedForm",
    "SubstanceForm",
    "SureForm",
    "SwitchForm",
    "TakeOnForm",
    "VialForm",
    "VitalsForm",
    "WhenMixin",
    "WithdrawalForm",
]
