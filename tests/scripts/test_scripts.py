"""The pages' scripts: what they work out, their types and their style, with Node and the tools of `package.json`.

Node is no part of Sereniv: nothing of it is served or built. Without it these tests are skipped and say so.
"""

import json
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

import sereniv.clinic.web
from sereniv.therapy.recording.time_words import age_words, running

HERE = Path(__file__).parent
STATIC = Path(sereniv.clinic.web.__file__).parent / "shell/static"
AGES, VENDOR = STATIC / "sereniv/ages.js", STATIC / "vendor"
NODE, NPM = shutil.which("node"), shutil.which("npm")
HAS_TOOLS = (HERE / "node_modules").is_dir()

pytestmark = pytest.mark.skipif(NODE is None, reason="SCRIPTS NOT TESTED: no Node found; `apt install nodejs npm`")
with_tools = pytest.mark.skipif(
    not (NPM and HAS_TOOLS), reason="SCRIPTS NOT CHECKED: `npm ci --ignore-scripts` in tests/scripts gets the tools"
)


def done(*command: str | None) -> str:
    """Run a command here; what it said is the failure where it fails."""
    ran = subprocess.run([str(each) for each in command], cwd=HERE, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_what_scripts_work_out() -> None:
    said = done(NODE, "--test", *sorted(path.name for path in HERE.glob("*.test.js")))
    assert "# fail 0" in said


def test_a_page_goes_on_counting_in_the_words_that_it_came_with() -> None:
    seconds = [*range(100), 599, 600, 3599, 3600, 5399, 5400, 5459, 5460, 7200, 86_399, 172_799, 172_800, 700_000]
    script = f"""
        import {{ ageOf, countdownOf }} from {json.dumps(AGES.as_uri())};
        console.log(JSON.stringify({seconds}.map((each) => [ageOf(each), countdownOf(each, false)])));
    """
    written = json.loads(done(NODE, "--input-type=module", "--eval", script))
    spans = [timedelta(seconds=each) for each in seconds]
    assert written == [[age_words(each), running(each)] for each in spans]


@pytest.mark.slow
@with_tools
def test_the_styles_of_others_are_those_that_the_pages_name() -> None:
    kept = (VENDOR / "tabler.used.css").read_text(encoding="utf-8")
    assert done(NODE, "trim_styles.js") == kept, "`npm run trim` in tests/scripts writes them anew"


@pytest.mark.slow
@with_tools
def test_types_hold() -> None:
    done(NPM, "run", "--silent", "types")


@with_tools
def test_scripts_are_in_style() -> None:
    done(NPM, "run", "--silent", "style")
