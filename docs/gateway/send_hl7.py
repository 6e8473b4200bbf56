"""Sends what a bedside monitor would send over HL7, one message a second, and says how each was answered.

    python docs/gateway/send_hl7.py --name BEDSIDE1 [--host 127.0.0.1] [--port 2575] [--count 3]

A message is sent again, as it is, until it is answered: AA says that it is on the disk. It needs nothing but Python.
"""

import argparse
import socket
import sys
import time
from datetime import UTC, datetime

START, END = b"\x0b", b"\x1c\r"
ROWS = (
    ("147842^MDC_ECG_HEART_RATE^MDC", "72", "264864^MDC_DIM_BEAT_PER_MIN^MDC"),
    ("150456^MDC_PULS_OXIM_SAT_O2^MDC", "97", "262688^MDC_DIM_PERCENT^MDC"),
    ("151562^MDC_RESP_RATE^MDC", "14", "264928^MDC_DIM_RESP_PER_MIN^MDC"),
)


def message(name: str, number: str, at: datetime) -> bytes:
    """Return one message of a monitor: its readings, each with code, name and unit."""
    stamp = f"{at:%Y%m%d%H%M%S}+0000"
    lines = [
        f"MSH|^~\\&|{name}||||{stamp}||ORU^R01^ORU_R01|{number}|P|2.6|||NE|AL",
        "PID|||99999",
        f"OBR|1|||182777000^monitoring of patient^SCT|||{stamp}",
        *(
            f"OBX|{place}|NM|{code}|1.1.1.{place}|{value}|{unit}|||||R|||{stamp}"
            for place, (code, value, unit) in enumerate(ROWS, start=1)
        ),
    ]
    return "\r".join(lines).encode("ascii") + b"\r"


def answered(line: socket.socket, content: bytes) -> str:
    """Send a message and return how it was answered: AA, AE or AR, and any words."""
    line.sendall(START + content + END)
    answer = b""
    while not answer.endswith(END):
        more = line.recv(4096)
        if not more:
            raise ConnectionError("The line was closed before an answer.")
        answer += more
    said = {row.split("|")[0]: row.split("|") for row in answer[1:-2].decode("utf-8").split("\r") if row}
    why = said["ERR"][8] if "ERR" in said else ""
    return f"{said['MSA'][1]} {said['MSA'][2]} {why}".strip()


def main() -> int:
    """Send some messages; 1 where one was not taken."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--name", required=True, help="What the device calls itself, as it is registered.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=2575)
    parser.add_argument("--count", type=int, default=3)
    asked = parser.parse_args()
    taken = True
    with socket.create_connection((asked.host, asked.port), timeout=10) as line:
        for number in range(asked.count):
            if number:
                time.sleep(1)
            at = datetime.fromtimestamp(time.time(), UTC)
            said = answered(line, message(asked.name, f"{at:%Y%m%d%H%M%S%f}", at))
            taken = taken and said.startswith("AA ")
            print(said, flush=True)
    return 0 if taken else 1


if __name__ == "__main__":
    sys.exit(main())
