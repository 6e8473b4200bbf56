"""Another program's HL7 client (Medplum's, in Node) speaks to the door for devices, and takes our answers as right."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from sereniv.clinic.gateway.mllp.listening import Listening
from sereniv.exchange.hl7v2 import read_message
from tests.exchange.speaking import row, spoken
from tests.gateway import test_mllp as door
from tests.gateway.test_mllp import Keeps

SCRIPTS = Path(__file__).parent.parent / "scripts"
NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(
    NODE is None or not (SCRIPTS / "node_modules" / "@medplum" / "hl7").is_dir(),
    reason="MEDPLUM'S CLIENT NOT TRIED: `npm ci --ignore-scripts` in tests/scripts gets it",
)
keeps, opened = door.keeps, door.opened
"""Fixtures of the door's own tests."""

SENDS = """
    import { Hl7Message } from "@medplum/core";
    import { Hl7Client } from "@medplum/hl7";
    const { port, messages } = JSON.parse(process.argv[1]);
    const client = new Hl7Client({ host: "127.0.0.1", port });
    const said = [];
    for (const text of messages) {
      const answer = await client.sendAndWait(Hl7Message.parse(text));
      const msa = answer.getSegment("MSA");
      said.push([msa.getField(1).toString(), msa.getField(2).toString()]);
    }
    await client.close();
    console.log(JSON.stringify(said));
"""


def test_medplums_client_is_answered_and_its_messages_are_kept(opened: Callable[..., Listening], keeps: Keeps) -> None:
    port = int(opened().address.rpartition(":")[2])
    messages = [spoken(row(value=str(90 + number % 10)), number=f"m{number}").decode() for number in range(20)]
    messages.append(spoken(kind="ADT^A01", number="no").decode())
    asked = json.dumps({"port": port, "messages": messages})
    ran = subprocess.run(
        [str(NODE), "--input-type=module", "--eval", SENDS, asked],
        cwd=SCRIPTS, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == [*(["AA", f"m{number}"] for number in range(20)), ["AR", "no"]]
    assert [read_message(raw).of("OBX")[0].text(5) for raw in keeps.kept] == [
        str(90 + number % 10) for number in range(20)
    ]
