"""What a drill does in its own process: open the charts that were written to last in the home it is given."""

import django

NEWEST = 20


def main() -> None:
    """Fold the newest charts of people and sessions, and say how many."""
    django.setup()
    from sereniv.clinic.records import chart_store
    from sereniv.clinic.records.models import Person, SessionRow

    people = [str(key) for key in Person.objects.order_by("-pk").values_list("pk", flat=True)[:NEWEST]]
    sessions = [str(key) for key in SessionRow.objects.order_by("-pk").values_list("pk", flat=True)[:NEWEST]]
    opened = len(chart_store.person_charts(people)) + len(chart_store.session_charts(sessions))
    print(f"{opened} charts opened")
