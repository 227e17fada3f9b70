"""Lists the licences of the locked packages, as stated in the installed packages.

scripts/licences
"""

from __future__ import annotations

import importlib.metadata as metadata
import re
import sys
from pathlib import Path

# Locked for other systems or Python versions, so not installed here.
ELSEWHERE = {
    "backports-strenum": "MIT",
    "colorama": "BSD-3-Clause",
    "exceptiongroup": "MIT AND PSF-2.0",
    "pytz": "MIT",
    "six": "MIT",
    "tomli": "MIT",
    "typing-extensions": "PSF-2.0",
    "tzdata": "Apache-2.0",
    "flatbuffers": "Apache-2.0",
}

HEAD = """# Licences

`scripts/licences` makes this list from the metadata of the locked packages. The packages are not shipped with this
program; pip downloads them. uPlot (MIT), which draws the charts, is shipped with its licence. The
weights are Google's (Apache-2.0). The letters in the window are drawn from Roboto (Apache-2.0).

| package | licence |
|---|---|
"""


def licence(name: str) -> str:
    """The licence of a package: its SPDX expression, else its classifiers, else the first line of its licence field."""
    try:
        found = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ELSEWHERE.get(name, "unknown")
    if expression := found.get("License-Expression"):
        return expression
    classifiers = [
        each.rsplit(" :: ", 1)[-1]
        for each in found.get_all("Classifier", [])
        if each.startswith("License ::")
    ]
    if named := [each for each in classifiers if each != "OSI Approved"]:
        return ", ".join(named)
    lines = (found.get("License") or "").strip().splitlines()
    return lines[0][:60] if lines else "unknown"


def main(lock: Path, out: Path) -> None:
    names = sorted(set(re.findall(r"^([a-z0-9-]+)==", lock.read_text("utf-8"), re.MULTILINE)))
    out.write_text(HEAD + "".join(f"| {name} | {licence(name)} |\n" for name in names), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
