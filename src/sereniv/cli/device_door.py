"""What listens for bedside devices beside the served pages, where the home says to."""

from typing import TYPE_CHECKING

import click

from sereniv.clinic import home as homes

if TYPE_CHECKING:
    from sereniv.clinic.gateway.mllp.listening import Listening


def door_of(home: homes.Home) -> "Listening | None":
    """Return what listens for devices of a home, bound and not yet begun; None where nobody said to.

    Raises
    ------
    click.ClickException
        When the port or a certificate cannot be used.
    """
    from sereniv.clinic.gateway.mllp import plan as plans
    from sereniv.clinic.gateway.mllp.judging import writer
    from sereniv.clinic.gateway.mllp.listening import Listening, bound

    try:
        plan = plans.plan_of(home)
        if plan is None:
            return None
        secured = plans.context_of(plan)
        return Listening(bound(plan), secured, writer)
    except homes.HomeError as error:
        raise click.ClickException(str(error)) from error
