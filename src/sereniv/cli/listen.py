"""`sereniv listen`: where the served home listens for bedside devices that speak HL7 v2."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from sereniv.cli.ledger import home_option, opened
from sereniv.clinic import home as homes


@click.command()
@home_option
@click.option("--address", metavar="ADDRESS", help="Of this computer, on the network of the devices. 127.0.0.1.")
@click.option("--port", type=click.IntRange(0, 65535), help="2575.")
@click.option("--certificate", metavar="FILE", type=click.Path(exists=True, dir_okay=False), help="This server's own.")
@click.option("--key", metavar="FILE", type=click.Path(exists=True, dir_okay=False), help="Its key.")
@click.option("--authorities", metavar="FILE", type=click.Path(exists=True, dir_okay=False),
              help="Who signed the certificates that devices show; each device then shows one.")  # fmt: skip
@click.option("--in-clear/--not-in-clear", default=None, help="The network is the devices' own, and needs no TLS.")
@click.option("--nowhere", is_flag=True, help="Listen no more.")
def listen(folder: Path | None, nowhere: bool, **said: Any) -> None:
    """Say where the served home listens for devices (HL7 v2, ORU^R01 over MLLP), and print what is said.

    The server listens there from its next start. Which device may send, under which name, certificate or address,
    stands in the register: Set-up, Devices. What a device sends is kept as it came before it is answered.
    """
    from sereniv.clinic.gateway.mllp import plan as plans

    home = opened(folder)
    try:
        plan = None if nowhere else plans.plan_of(home)
        changes = {name: value for name, value in said.items() if value is not None}
        for name in ("certificate", "key", "authorities"):
            if name in changes:
                changes[name] = str(Path(changes[name]).resolve())
        if changes and not nowhere:
            plan = replace(plan or plans.Plan(), **changes)
            plans.context_of(plan)
        if changes or nowhere:
            plans.keep_plan(home, plan)
    except (ValueError, homes.HomeError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(in_words(plan))


def in_words(plan: Any) -> str:  # noqa: ANN401  the door's own type is imported when it is used
    """Say where devices are listened for."""
    if plan is None:
        return "Devices are not listened for: sereniv listen --help."
    how = "in clear" if not plan.certificate else "under TLS"
    shown = ", each under its own certificate" if plan.authorities else ""
    return f"Devices are listened for on {plan.address}:{plan.port}, {how}{shown}."
