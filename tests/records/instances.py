"""One event of each kind, every field filled: what the frozen payloads were written from."""

from datetime import UTC, date, datetime
from decimal import Decimal

from sereniv.clinic.records import file_events as fe
from sereniv.clinic.records import house_events as he
from sereniv.clinic.records import sample_events as se
from sereniv.clinic.records.codec import Event
from sereniv.knowledge import Action, Priority
from sereniv.therapy import custody
from sereniv.therapy.person import events as pe
from sereniv.therapy.session import events as ev

PLAN = ev.SessionPlan(
    protocol="P-DEP", infusion_number=2, dose_mg_per_kg=Decimal("0.50"), dose_weight_kg=Decimal("71.4"),
    weight_basis=pe.WeightBasis.ADJUSTED, dose_mg=Decimal("35.7"), concentration_mg_per_ml=Decimal(1),
    volume_ml=Decimal("35.7"), rate_ml_per_h=Decimal("53.6"), duration_min=40,
)  # fmt: skip

INSTANCES: tuple[Event, ...] = (
    pe.ConsentRecorded(version="2026-11", signer_name="Ida Lind", witness_name="Zoë Ærø"),
    pe.HistoryRecorded(
        list=pe.HistoryList.SUBSTANCE_USE, entries=("alcohol, past",),
        substance_use=(pe.SubstanceUse.PAST_DISORDER, pe.SubstanceUse.KETAMINE_OR_PCP_MISUSE),
    ),
    pe.Measured(
        weight_kg=Decimal("154.0"), height_cm=Decimal(168), systolic=Decimal(124), diastolic=None,
        heart_rate=Decimal(72), spo2=Decimal(98), respiratory_rate=Decimal(14),
        questions={"weight_kg": "Weight 154.0 kg is +120% against 70 kg before."},
    ),
    pe.ValueConfirmed(entry=4, field="weight_kg", remark="weighed twice"),
    pe.PregnancyRecorded(status=pe.Pregnancy.NOT_PREGNANT, basis="urine hCG negative"),
    pe.MedicinesReviewed(remark="list from pharmacy"),
    pe.ScaleAnswered(scale="phq9", answers=(3, 2, None, 0, 1, 2, 3, 0, 1), total=None, answered_by="patient"),
    pe.QuestionnaireInvited(
        invitation="i-1", scales=("phq9", "mood"), until=datetime(2026, 3, 16, 12, 0, tzinfo=UTC)
    ),
    pe.InvitationWithdrawn(invitation="i-1"),
    pe.EvaluationRecorded(
        criterion="substance_use_needs_evaluation", evaluator="Dr Clara Voss", finding="in remission", valid_days=90,
        conclusion=pe.Conclusion.NOT_STATED,
    ),
    pe.EvaluationOpened(
        criterion="uncontrolled_hypertension", question="Home readings for a week", asked_of="Dr Maya Quill, GP",
        due_on=date(2026, 3, 9),
    ),
    pe.ConsentWithdrawn(reason="changed her mind"),
    pe.IndicationChanged(before="depression", after="ptsd", reason="Diagnosis reviewed"),
    pe.IdentityCorrected(field="born", before="1984-11-29", after="1984-11-19", reason="Passport seen"),
    pe.ReferrerRecorded(
        name="Dr Ada Brook", place="Riverside Family Practice", phone="555-0177", address="4 River Road\nDenver",
    ),
    pe.RecordReceived(
        app="hospital-record-1a2b3c4d", sent_by="Hospital record", named="Patient/0b5a", resource_type="Condition",
        body='{"resourceType":"Condition","code":{"text":"Glaucoma, öffen"}}', kind=pe.ReceivedKind.CONDITION,
        written="Glaucoma, öffen", icd10="H40.1", holds=True, identifiers=("urn:hospital|c-17",),
    ),
    pe.ReceivedSettled(entry=7, outcome=pe.ReceivedOutcome.REFUSED, reason="It is her sister's"),
    pe.RecordRestricted(readers=("nurse", "prescriber"), reason="She works here"),
    pe.CareTeamsChosen(teams=("red-6d673281",), reason="Moved to the evening"),
    pe.RestrictionLifted(reason="She has left the clinic"),
    pe.RestrictedRecordOpened(reason="Rang at night with chest pain, allergies asked for"),
    pe.OpeningReviewed(opening=812, in_order=True, words="Asked both, the call is in the log"),
    pe.RecordsJoined(other="2b0f5a3e-0000-4000-8000-000000000001", is_kept=True, reason="Registered twice"),
    pe.RecordsParted(other="2b0f5a3e-0000-4000-8000-000000000001", reason="Her twin sister"),
    pe.DiagnosisRecorded(
        indication="chronic_pain", icd10="G90.511", words="CRPS I, right hand", diagnosed_by="Dr Ono",
        since=date(2024, 6, 1), psychotic_features=False, mood_stabiliser_therapeutic=True, budapest_criteria_met=True,
        ideation_present=False,
    ),
    pe.LevelOfCareDecided(level=pe.LevelOfCare.OUTPATIENT, words="No plan; partner at home; safety plan written"),
    pe.TrialLeftUnknown(entry=4, reason="The practice has closed; she does not remember."),
    pe.TrialRecorded(
        treatment="sertraline", kind=pe.TrialKind.MEDICATION, drug_class="SSRI", highest_dose="200 mg",
        reached_minimum_dose=True, weeks=10, adherent=True, improvement_percent=20,
        stopped_for=pe.StoppedFor.NO_BENEFIT, in_current_episode=True,
    ),
    pe.InfusedElsewhere(
        given_on=date(2025, 9, 4), mg=Decimal("37.5"), weight_kg=Decimal(75), minutes=40, treats="psychiatric",
        tolerated=True, told_by="Practice of Dr Brook", words="mild nausea",
    ),
    pe.RecordBrought(
        batch="b-1", file="infusions.csv", sha256="ab" * 32, told_by="Practice of Dr Brook", number="P-17",
        rows=("row 4", "row 9; row 10"), registered_from="row 2",
    ),
    pe.TellingPlaced(told=812, same_as=790, given_here=None, words="Both clinics asked by telephone: one bag"),
    pe.SubstancesRecorded(
        asked=(
            pe.SubstanceAsked(substance=pe.Substance.ALCOHOL, use=pe.Use.PAST, words="sober since 2019"),
            pe.SubstanceAsked(substance=pe.Substance.KETAMINE_OR_PCP, use=pe.Use.NONE),
        )
    ),
    pe.ScoreEntered(scale="dast10", total=4, scored_by="Dr Clara Voss"),
    pe.WorkUpRecorded(
        item="liver_panel", finding=pe.WorkUpFinding.ABNORMAL, words="ALT 96 U/L", done_on=date(2026, 2, 27),
        times_upper_limit=Decimal("2.4"),
    ),
    pe.CandidacyDecided(
        decision=pe.Decision.ELIGIBLE, indication="depression", reason="Two trials failed.", knowledge_version="abc",
        findings=(
            pe.FindingTaken(
                criterion="work_up", version=1, result="met", action=Action.GATE2, read={"pregnancy": "pregnant"},
                missing=("weight_kg",),
            ),
            pe.FindingTaken(
                criterion="uncontrolled_hypertension", version=1, result="not met", action=None, read={}, missing=()
            ),
        ),
    ),
    pe.ConditionsRecorded(
        list=pe.HistoryList.PSYCHIATRIC, conditions=("mania", "psychosis_in_the_past"), other=("ADHD as a child",)
    ),
    pe.MedicinesListed(
        medicines=(
            pe.Medicine(written="Ativan", ingredients=("lorazepam",), daily_mg=Decimal("1.50"), as_needed=True),
            pe.Medicine(written="grandmother's tea"),
        )
    ),
    pe.WrittenLineJudged(list=pe.HistoryList.MEDICINES, written="grandmother's tea", reason="camomile, read the box"),
    pe.AnaestheticRiskRecorded(asa=2, airway="Mallampati 2, full neck movement"),
    pe.OrderSigned(
        protocol="P-DEP", protocol_version=1, knowledge_version="abc", infusion_number=2, weight_entry=3,
        measured_weight_kg=Decimal("71.4"), dose_weight_kg=Decimal("71.4"), weight_basis=pe.WeightBasis.ACTUAL,
        dose_mg_per_kg=Decimal("0.50"), dose_mg=Decimal("35.7"), concentration_mg_per_ml=Decimal(1),
        volume_ml=Decimal("35.7"), rate_ml_per_h=Decimal("53.6"), duration_min=40,
        limits=(pe.LimitTaken(limit="dose_mg", severity="soft", value="75.1", reason="weight"),),
    ),
    pe.OrderShown(
        order=9, lines=(pe.ShownLine(what="Still open", words="● Cystitis symptoms, grade 2, not resolved"),)
    ),
    pe.OrderCoSigned(order=9, dose_mg=Decimal("35.7"), rate_ml_per_h=Decimal("53.6")),
    pe.OrderWithdrawn(order=9, reason="weight changed"),
    pe.CourseOpened(
        protocol="P-DEP", protocol_version=2, knowledge_version="abc", indication="depression", primary_scale="phq9"
    ),
    pe.CourseInterrupted(course=10, reason="a cold"),
    pe.CourseResumed(course=10, reason="well again", beyond_window=True),
    pe.CourseReviewed(
        course=10, after_infusion=3, milestone=pe.Milestone.REVIEW, outcome=pe.ReviewOutcome.CHANGE_DOSE,
        reason="little change, tolerated", read={"scale": "phq9", "baseline": "18", "latest": "15"},
    ),
    pe.CourseEnded(course=10, outcome=pe.Ending.NO_RESPONSE, reason="six without change"),
    pe.MaintenancePlanned(course=10, interval_days=14, reason="holds"),
    pe.AppointmentBooked(
        starts_at=datetime(2026, 3, 2, 9, 0, tzinfo=UTC), minutes=130, chair="Chair 1", purpose=pe.Purpose.INFUSION,
        course=10, exception="Saturday, staff agreed",
    ),
    pe.AppointmentMoved(
        appointment=16, starts_at=datetime(2026, 3, 3, 9, 0, tzinfo=UTC), chair="Chair 2", reason="train strike",
        exception="",
    ),
    pe.AppointmentCancelled(appointment=16, reason="moved away", by_patient=True),
    pe.AppointmentMissed(appointment=16, remark="no answer by telephone"),
    pe.EscortArranged(appointment=16, name="Kim Escort", phone="555-0100", way_home="taxi"),
    pe.EscortNamedByPatient(appointment=16, name="Kim Escort", phone="", way_home="by car"),
    pe.RecordStruck(entry=5, reason="another person's form"),
    pe.CheckInRecorded(
        session="s-1", reached=True, by_whom="the patient", asked=("drowsy", "urinary"), symptoms=("urinary",),
        suicidality=ev.Suicidality.NO_WORSE, mood=pe.Mood.BETTER, drove_or_worked=False, remark="slept well",
    ),
    pe.AdverseEventRecorded(
        term="urinary", words="burning since Friday", grade=2, serious=False, session="s-1",
        related=pe.Related.POSSIBLE, action="urine sent", outcome=pe.Outcome.ONGOING,
    ),
    pe.ThoughtsHeard(session="s", said="more often since Monday"),
    pe.CheckInGivenUp(session="s", reason="moved abroad, no number", instead="a letter to the family doctor"),
    pe.ComingNoted(appointment=16, what=pe.Coming.LATE),
    pe.PatientTold(appointment=16, how=pe.Told.TELEPHONE, reached=True, words="knows, comes on Friday"),
    pe.MissedCalledBack(appointment=16, reached=True, words="had a cold, books again"),
    pe.RedAnswerTakenUp(entry=11, told="Dr Ono", done="ambulance called"),
    pe.AdverseEventFollowed(entry=11, outcome=pe.Outcome.RESOLVED, words="gone after two days"),
    pe.SafetyAcknowledged(entry=7),
    pe.WentOn(
        decision="review", reason="the benefit is large, bladder clinic booked",
        signals=(pe.SignalTaken(signal="urinary", version=1, words="Passing water: burning (grade 1), ongoing"),),
    ),
    pe.SafetyAsked(entry=7, finding="passing thoughts, no plan"),
    ev.SessionOpened(person="p-1", chair="Chair 1", order=9, plan=PLAN, knowledge_version="abc", label="REPLAY"),
    ev.GateLineAttested(line="escort", holds=True, detail="Kim Escort, 555 0100"),
    ev.GateLineOverridden(line="vitals", reason="usual for him", read="142/80"),
    ev.DrugPrepared(
        vial="K10-0001", strength_mg_per_ml=Decimal(10), stock_ml=Decimal("3.57"), drawn_mg=Decimal("35.70"),
        final_volume_ml=Decimal("35.7"), final_mg_per_ml=Decimal(1),
    ),
    ev.GatePassed(),
    ev.InfusionStarted(rate_ml_per_h=Decimal("53.6")),
    ev.InfusionFoundRunning(rate_ml_per_h=Decimal("53.6"), deviation="before the gate"),
    ev.RateChanged(rate_ml_per_h=Decimal(40), reason="pressure"),
    ev.VolumeRead(volume_ml=Decimal("12.4")),
    ev.RateFound(rate_ml_per_h=Decimal("40.0"), deviation="set lower"),
    ev.InfusionPaused(reason="nausea"),
    ev.InfusionResumed(rate_ml_per_h=Decimal("53.6")),
    ev.InfusionStopped(reason="volume limit reached"),
    ev.MonitorConnected(device="M1", interval_s=1, signals=("heart_rate", "spo2")),
    ev.MonitorDisconnected(device="M1"),
    ev.MonitorDataAssigned(
        device="M1", named="Exampleson Edith, 4711", messages=12, first=datetime(2026, 3, 9, 12, 0, tzinfo=UTC),
        last=datetime(2026, 3, 9, 12, 4, tzinfo=UTC),
    ),
    ev.MonitorSentLate(device="M1", signal="spo2", value=Decimal(84), rule="saturation_very_low"),
    ev.VitalsCharted(
        systolic=Decimal(300), diastolic=Decimal(90), heart_rate=Decimal(72), spo2=None, respiratory_rate=Decimal(14),
        questions={"systolic": "so high?"}, samples=(17, 18),
    ),
    ev.ValueConfirmedInSession(entry=12, field="systolic", remark="repeated"),
    ev.ObservationCharted(observation=ev.Observation.NAUSEA, grade=2, remark="vomited once"),
    ev.InterventionCharted(what="Ondansetron 4 mg"),
    ev.MedicineGiven(
        medicine="Midazolam", dose=Decimal("1"), unit="mg", route="IV, titrated", indication="severe distress only",
        effect=ev.Effect.SEDATIVE, standing_order="midazolam",
    ),
    ev.IntervalScreened(
        asked=("side_effects", "burning"), found=("burning",), suicidality=ev.Suicidality.NONE, words="since Friday"
    ),
    ev.AlertReplaced(alert="pressure_high", by="pressure_severe"),
    ev.AlertWithdrawn(alert="nausea", entry=12),
    ev.HelpAnswered(who="Dr Voss came"),
    ev.TransferredOut(where="City Hospital, by ambulance", reason="chest pain"),
    ev.RemarkCharted(text="“calm” \u2013 eyes closed\nmusic"),
    ev.EntryStruck(entry=12, reason="other chair"),
    ev.AlertRaised(
        alert="pressure_high", kind=ev.AlertKind.PHYSIOLOGICAL, priority=Priority.LOW, title="Blood pressure high",
        message="Repeat.", rule="A-BP1 v1", read={"systolic": "170", "diastolic": "80"},
    ),
    ev.AlertEnded(alert="pressure_high"),
    ev.AlertAcknowledged(alert="pressure_high", action="repeated"),
    ev.AlertTold(
        alerts=("pressure_high", "nausea"),
        rung=ev.Rung.NEXT,
        told=(ev.Telling(who="nina", way="push"), ev.Telling(who="webhook", way="webhook", failure="answered 500")),
    ),
    ev.AlertSeen(alerts=("pressure_high",)),
    ev.SoundTurnedOff(alerts=("pressure_high",), minutes=2, reason="she asked for quiet, I am with her"),
    ev.HelpTold(told=(ev.Telling(who="nina", way="screen"),)),
    ev.HelpComing(),
    ev.HelpCalled(),
    ev.EmergencyOpened(),
    ev.EmergencyClosed(words="Saturation fell; oxygen, awake and pink after three minutes", was_none=True),
    ev.DrugReconciled(
        given_mg=Decimal("30.0"), wasted_mg=Decimal("5.0"), method="sink", difference_mg=Decimal("0.7"),
        explanation="left in the line",
    ),
    ev.RecoveryScored(
        activity=2, respiration=2, circulation=2, consciousness=1, oxygen=2, moaas=5, dissociation=0, nausea=1,
        oriented=True, walks_unaided=True, suicidality_asked_not_worse=True, iv_removed=False,
        escort_present="Kim Escort",
    ),
    ev.Discharged(
        handed_to="Kim Escort", advice_given=True, exception="left early", not_holding=("IV out: Still in.",)
    ),
    ev.LeftUnseen(last_seen="12:40, resting", done="called her phone and her escort; told Dr Voss"),
    ev.Died(words="cardiac arrest, resuscitated 40 minutes", told="Dr Voss, family, coroner"),
    ev.DrugSpilt(volume_ml=Decimal("12.5"), words="the bag was dropped while it was hung"),
    ev.LineResited(site="right forearm, 22 G", reason="swollen"),
    ev.NoteSigned(text="Patient\n  Ida Lind.", note_sha256="0" * 64, head_seq=812, head_hash="f" * 64),
    custody.VialReceived(
        label="K10-0001", ndc="00000-0000-00", lot="D24A", expires=date(2027, 12, 31), strength_mg_per_ml=Decimal(10),
        volume_ml=Decimal(20), supplier="Supply",
    ),
    custody.DrugDrawn(session="s-1", volume_ml=Decimal("3.57"), mg=Decimal("35.70")),
    custody.DrugAccounted(session="s-1", given_mg=Decimal("35.7"), wasted_mg=Decimal("0.0"), method="none left"),
    custody.VialWasted(volume_ml=Decimal("16.43"), mg=Decimal("164.30"), reason="opened yesterday"),
    custody.VialCounted(volume_ml=Decimal("16.43")),
    custody.ReceiptCorrected(
        label="K10-0001", ndc="00000-0000-00", lot="D24A", expires=date(2027, 12, 31), strength_mg_per_ml=Decimal(10),
        volume_ml=Decimal(20), supplier="Supply", reason="the lot was misread",
    ),
    custody.VialOpened(),
    custody.VialDamaged(volume_ml=Decimal("2.5"), mg=Decimal("25.0"), words="fell, glass swept up"),
    custody.VialReturned(
        volume_ml=Decimal(20), mg=Decimal(200), returned_to="Reverse Distributor Co", reference="RD-17"
    ),
    custody.VialSetApart(reason="recalled lot"),
    custody.VialPutBack(reason="recall does not name this lot"),
    custody.DifferenceExplained(count=4, explanation="misread; counted again"),
    custody.StockAdjusted(count=4, volume_ml=Decimal("-0.5"), mg=Decimal("-5.0"), reason="looked everywhere"),
    custody.LossReported(
        volume_ml=Decimal("3.5"), mg=Decimal("35.0"), circumstances="vial gone on Monday",
        reported_to="DEA field office", reference="106-1", count=4,
    ),
    custody.StockEntryStruck(entry=3, reason="wrong vial"),
    he.HomeFounded(kind="clinic", knowledge_version="abc"),
    he.WentLive(knowledge_version="abc", medical_director="director", administrator="admin"),
    ev.SessionClosedUnused(reason="vein not found"),
    he.LivePredictionSwitched(shown=True),
    he.StandardSigned(
        stocked_mg_per_ml=(Decimal(50),), concentration_mg_per_ml=Decimal(1), rate_increment_ml_per_h=Decimal("0.1"),
        reason="One strength",
    ),
    he.OwnRuleSigned(
        threshold="criteria.uncontrolled_hypertension.hold_above.systolic", value=Decimal(150), packaged=Decimal(140),
        packaged_version="abc", effective_from=date(2026, 3, 9), source="Hospital guideline 12", reason="Our patients",
    ),
    he.PayloadsErased(stream="person/p-1", entries=(12, 13), basis="Article 17, request of 2 March"),
    he.ErasureAnnounced(
        stream="person/p-1", entries=(12,), basis="Article 17, request of 2 March",
        not_before=datetime(2026, 3, 9, 12, 0, tzinfo=UTC),
    ),
    he.ErasureStopped(announced=14, reason="It is needed for the appeal"),
    he.LedgerAccepted(
        reason="Restored from Sunday's backup, the director decided", doubt="it ends at entry 5", expected_seq=19,
        expected_hash="f" * 64, found_seq=5, found_hash="0" * 64,
    ),
    he.HomeRestored(
        backup_made_at=datetime(2026, 3, 9, 2, 15, tzinfo=UTC), program="0.2.0", to_seq=5, to_hash="0" * 64
    ),
    he.RecordsExported(
        to_seq=41, to_hash="0" * 64, sha256="f" * 64, sealed=True, with_papers=True,
        reason="The clinic changes its system",
    ),
    he.TableChanged(table="person", row="p-1", change="added", fields=("identity", "indication")),
    he.StaffEntered(
        username="ada", full_name="Ada Nightfall, RN", roles=("nurse",), is_active=True, co_signs_orders=True,
        let_in_by="admin", new_until=datetime(2026, 3, 9, 12, 0, tzinfo=UTC),
    ),
    he.IdentityEntered(
        family_name="Exampleson", given_names="Edith", born=date(1980, 4, 2), sex_at_birth="female", phone="555-0101",
        address="1 Lantern Street", indication="depression",
    ),
    he.ViewsAudited(
        views=(
            he.Viewing(
                staff="nurse", page="chart", subject="p-1", first="2026-03-02T12:00:00+00:00",
                last="2026-03-02T12:05:00+00:00", times=3, showed=(),
            ),
        )
    ),
    he.SignInAudited(staff="nurse", act="signed in", device="d-1"),
    he.RefusalAudited(staff="coordinator", page="orders"),
    fe.FileImported(
        batch="b-1", sha256="ab" * 32, told_by="Practice of Dr Brook", registered=1, people=2, entries=5,
        tables=(
            fe.TableUnderstood(columns="cd" * 32, headings=("Date", "mg"), kind="infusions", meanings=("on", "mg")),
        ),
        day_order="day first", decimal_sign="comma", reason="Dr Brook retires",
    ),
    fe.RecordGivenOut(
        person="2b0f5a3e-0000-4000-8000-000000000001", to_seq=812, sha256="ab" * 32, reason="Herself, passport seen",
    ),
    fe.ImportUndone(batch="b-1", reason="The wrong practice"),
    he.AppEntered(
        app="hospital-record-4f7a", name="Hospital record", issuer="https://ehr.example/cds",
        keys=('{"crv":"P-384","kid":"k-1","kty":"EC","x":"AA","y":"AA"}',), scopes=("system/Patient.rs", "cds-hooks"),
        is_active=True, reason="The hospital's cardiologists read our notes",
    ),
    he.SignInServiceEntered(
        name="Hospital sign-in", issuer="https://login.hospital.example/realms/staff", client_id="sereniv",
        shows_second_factor=True, is_active=True, reason="Staff sign in there for everything else",
    ),
    he.SignInLinked(
        staff="nurse", issuer="https://login.hospital.example/realms/staff", mark="ab" * 24, is_active=True,
        reason="",
    ),
    he.CareTeamEntered(
        team="red-6d673281", name="Red", members=("nurse", "prescriber"), is_active=True, reason="The evening is theirs"
    ),
    he.KeyChanged(key="backup", before="ab" * 8, after="cd" * 8, reason="The stick was lost"),
    he.AppTokenGiven(
        app="hospital-record-4f7a", scopes=("system/Patient.rs",), until=datetime(2026, 3, 2, 12, 5, tzinfo=UTC)
    ),
    he.CardAnswered(
        app="hospital-record-4f7a", service="ketamine-order-sign", card="0f0a1b2c", outcome="overridden",
        at="2026-03-02T12:05:00Z", reason="Discussed with the patient",
    ),
    se.SamplesDigested(
        after=0, upto=120, sessions=(se.SessionDigest(session="s-1", samples=120, sha256="0" * 64),)
    ),
    se.SamplesKept(years=10, reason="Ten years, by the state's law"),
    se.SamplesLetGo(
        before=date(2026, 3, 2), sessions=(se.SessionDigest(session="s-1", samples=120, sha256="0" * 64),),
        reason="Ten years are over",
    ),
    se.SamplesGone(let_go=812, session="s-1", samples=120, sha256="0" * 64),
    he.DeviceEntered(
        name="Bedside 3", kind="monitor", sender="00A0370000000001", source="192.0.2.14", certificate="f" * 64,
        has_token=True, interval_s=1, signals=("spo2",), clock_ahead_s=-62, is_revoked=False,
    ),
    he.DeviceDataRefused(
        device="Bedside 3", messages=3, first=datetime(2026, 3, 9, 12, 0, tzinfo=UTC),
        last=datetime(2026, 3, 9, 12, 4, tzinfo=UTC), reason="another patient's",
    ),
)  # fmt: skip
