"""What is found of the whole house at one moment: each part one line, ok, to look at, or to act on."""

from collections.abc import Callable

from sereniv.clinic.home import Home, HomeError
from sereniv.clinic.operating import bedside, heads, house, machine, sheets
from sereniv.clinic.operating.findings import Finding, Moment, State
from sereniv.clinic.operating.memory import memory_of
from sereniv.clinic.operating.plan import Plan, host_and_port, plan_of
from sereniv.clinic.operating.reached import Places, Reached

Look = Callable[[], Finding]


def examine(moment: Moment, reached: Reached) -> tuple[Finding, ...]:
    """Look at every part of the house; nothing here asks the network or writes."""
    plan, unread = Plan(), ""
    try:
        plan = plan_of(moment.home)
    except HomeError as error:
        unread = str(error)
    memory = memory_of(moment.home)
    looks: dict[str, Look] = {
        "program": lambda: machine.program(moment),
        "disk": lambda: machine.disk(moment),
        "clock": lambda: machine.clock(moment, reached),
        "time zone": lambda: machine.time_zone(moment),
        "certificate": lambda: machine.certificate(moment, reached),
        "database": lambda: house.database(moment),
    }
    if _answers(looks["database"]):
        looks |= {
            "ledger": lambda: house.ledger(moment),
            "checkpoints": lambda: house.checkpoints(moment),
            "checkpoints outside": lambda: heads.finding(moment, plan, memory),
            "backups": lambda: house.backups(moment),
            "rules": lambda: house.rules(moment),
            "watch": lambda: house.watch(moment),
            "monitors": lambda: house.monitors(moment),
            "devices": lambda: bedside.devices(moment),
            "sheets": lambda: sheets.finding(moment),
        }
    looks["alarms"] = lambda: (
        Finding(topic="alarms", state=State.ACT, words=unread) if unread else house.alarms(moment, plan, memory)
    )
    return tuple(_looked(topic, look) for topic, look in looks.items())


def _answers(look: Look) -> bool:
    return _looked("database", look).state is State.OK


def _looked(topic: str, look: Look) -> Finding:
    """Look at one part; that it cannot be looked at is a finding, and never keeps the others from being seen."""
    try:
        return look()
    except Exception as error:  # noqa: BLE001  whatever it was; its kind is told and never its words, which may be data
        words = f"It could not be looked at ({type(error).__name__})."
        return Finding(topic=topic, state=State.ACT, words=words, mend="See the server's log.")


def places_of(home: Home, host: str) -> Places:
    """Return where a home's doctor asks the network; `host` is the name by which browsers know the clinic."""
    try:
        plan = plan_of(home)
    except HomeError:
        plan = Plan()
    server = host_and_port(plan.time_server) if plan.time_server else None
    return Places(time_server=server, host=host, proxy=host_and_port(plan.proxy or "127.0.0.1:443"))
