"""`fitness share`: a stored workout as one picture to show others."""

from __future__ import annotations

from pathlib import Path

import click

from fitness.apps.cli import Settings as CommonSettings
from fitness.apps.cli.command import Command
from fitness.apps.cli.storing import store_option
from fitness.errors import OptionError


@click.command(
    cls=Command,
    examples=[
        "fitness share # the last workout",
        "fitness share 12 --out legs.png # session 12",
        "fitness share 12 --picture me.jpg # with a photo of yours",
    ],
    help="Draw a stored workout as a PNG picture to show others: exercises, sets, best range, tempo, weeks in a row, new "
    "records. It shows no person, unless you add a photo with --picture.",
)
@click.argument("session", type=int, required=False)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="PNG file to write.  [default: workout-NUMBER.png]",
)
@click.option("--picture", type=click.Path(path_type=Path), help="Photo to show above the figures.")
@store_option
@click.pass_obj
def share(
    common: CommonSettings,
    /,
    session: int | None,
    out: Path | None,
    picture: Path | None,
    store: Path | None,
) -> None:
    """Draw the workout and write the picture."""
    from fitness.apps.cli.places import output_path
    from fitness.drawing.summary import share_picture
    from fitness.media.images import load_image
    from fitness.pipeline.history import stored_summary
    from fitness.session.own_files import png_file
    from fitness.session.progress import trained
    from fitness.session.store import Store

    with Store.open(store, readonly=True) as opened:
        if session is None:
            done = trained(opened.workout(row.id) for row in opened.sessions())
            if not done:
                raise OptionError("no stored session has reps; count a workout first")
            session = done[-1].row.id
        elif not trained([opened.workout(session)]):
            raise OptionError(
                f"session {session} has no reps to show; `fitness sessions list` shows what each session has"
            )
        summary = stored_summary(opened, session)
    image = share_picture(summary, None if picture is None else load_image(picture))
    place = output_path(out or Path(f"workout-{session}.png"), [] if picture is None else [picture])
    png_file(place, image)
    if not common.quiet:
        click.echo(f"wrote {place}")
