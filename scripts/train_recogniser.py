"""Makes the model that names and counts reps, from the logs of `models/training/` and rendered figures.

    python scripts/train_recogniser.py              the model file, models/trajectories.npz, and what teaching needs
                                                    of it, models/reference_swings.npz
    python scripts/train_recogniser.py --table      also print its counts on unseen people (folds by person)
    python scripts/train_recogniser.py --folds DIR  also keep the model of each fold, for scripts/bench counting
    python scripts/train_recogniser.py --out DIR/trajectories.npz --folds DIR --without lunge --without row
                                                    models that do not know some exercises, to measure teaching them

The same logs give the same bytes. To add an exercise, see docs/guides/extending.md.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

for _name in (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
):  # sums in another order would differ in the last digits
    os.environ.setdefault(_name, "1")
sys.path.insert(0, str(Path(__file__).parents[1]))

from fitness.recognition.trajectory import TrajectoryModel, load_model, save_model
from fitness.teach.reference import REFERENCE
from scripts.make_reference_swings import write_reference
from scripts.training.fitting import all_rows, fit_all, swings_of
from scripts.training.logs import read_clips
from scripts.training.rendered import rendered_clips, varied_clips
from scripts.training.table import cross_validated, folds, table

MODEL = Path(__file__).parents[1] / "models" / "trajectories.npz"
SEED = 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=MODEL, help="the model file")
    parser.add_argument("--table", action="store_true", help="print the table of the folds")
    parser.add_argument("--folds", type=Path, metavar="DIR", help="keep the model of each fold here")
    parser.add_argument(
        "--without", action="append", default=[], metavar="NAME", help="leave out an exercise; needs --out"
    )
    options = parser.parse_args()
    if options.without and options.out == MODEL:
        parser.error("--without needs --out, as the model of the program knows all exercises")
    return options


def main() -> None:
    """Fit and write the model; print the table if requested."""
    options = _options()
    every = read_clips()
    clips = [one for one in every if one.exercise not in options.without]
    real = swings_of(clips)
    print(
        f"{len(clips)} clips, {sum(len(one) for s in real for one in s.proposals.values())} swings",
        flush=True,
    )
    drawn = [*rendered_clips(SEED), *varied_clips(SEED + 1)]
    rendered = swings_of(one for one in drawn if one.exercise not in options.without)
    print(f"{len(rendered)} rendered figures", flush=True)
    rows = all_rows(real, rendered, SEED)
    print(f"{sum(len(one.labels) for one in rows.values())} rows", flush=True)
    save_model(options.out, fit_all(rows, seed=SEED))
    print(f"{options.out}: {options.out.stat().st_size / 1e6:.2f} MB", flush=True)
    write_reference(real, load_model(options.out), options.out.with_name(REFERENCE.name))
    people = folds(every)
    if options.folds is not None:
        options.folds.mkdir(parents=True, exist_ok=True)
        groups_of = json.dumps([sorted(groups) for groups in people], indent=1)
        (options.folds / "folds.json").write_text(groups_of + "\n", encoding="utf-8")
    if options.table or options.folds is not None:
        number = iter(range(len(people)))

        def fitted(groups: set[str]) -> TrajectoryModel:
            model = fit_all(rows, groups, SEED)
            if options.folds is not None:
                save_model(options.folds / f"fold{next(number)}.npz", model)
            return model

        print("\n".join(table(cross_validated(real, fitted, people))))


if __name__ == "__main__":
    main()
