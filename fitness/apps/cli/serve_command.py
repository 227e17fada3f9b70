"""`fitness serve`: a web page for browsers on this machine or, with token and TLS, for phones on the network."""

from __future__ import annotations

import secrets
import socket
import sys
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import click

from fitness import stopping
from fitness.apps.cli import Settings as CommonSettings
from fitness.apps.cli.command import Command
from fitness.apps.cli.options import (
    counting_options,
    engine_options,
    people_option,
    privacy_option,
    settings_of,
)
from fitness.errors import OptionError, OutputError
from fitness.session.private_folder import private_folder

if TYPE_CHECKING:
    from fitness.apps.web.access import Access
    from fitness.apps.web.dependencies import Dependencies
    from fitness.drawing.overlay import Privacy
    from fitness.pipeline.settings import Settings

_ANY = ("0.0.0.0", "::")
"""Values of --host that mean every address of this machine."""
_PACKAGES = "cryptography fastapi segno uvicorn websockets"
"""Packages of the extra `web`. They are named here, because `pip install fitness[web]` would install another program."""


@click.command(
    cls=Command,
    examples=[
        "fitness serve # for a browser on this machine: http://127.0.0.1:8000",
        "fitness serve --host 0.0.0.0 # also for phones on the same network",
    ],
    help="Serve a web page that counts with the browser's camera. The page also counts recordings, finds poses in "
    "pictures, teaches exercises and shows the history.\n\n"
    "With --host 0.0.0.0, phones on the same network can open the page. The server then uses TLS with a self-signed "
    "certificate and a random token, and prints the address as a QR code.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Port to listen on; 0 for any free port.",
)
@click.option("--token", help="Access token (at least 16 characters) instead of a random one.")
@counting_options
@people_option
@engine_options
@privacy_option
@click.option("--no-store", is_flag=True, help="Do not store sessions.")
@click.pass_obj
def serve(
    common: CommonSettings,
    /,
    host: str,
    port: int,
    token: str | None,
    no_store: bool,
    privacy: Privacy,
    **chosen: Any,
) -> int:
    """Serve until Ctrl-C."""
    settings = settings_of(chosen)
    try:
        from fitness.apps.web.access import is_loopback
        from fitness.apps.web.app import create_app
        from fitness.apps.web.certificate import make_certificate
        from fitness.apps.web.doorkeeper import Doorkeeper
        from fitness.apps.web.server import server_of
    except ModuleNotFoundError as error:
        raise OptionError(
            f"the page needs more packages ({error.name} is missing); install them with: "
            f"{sys.executable} -m pip install {_PACKAGES}"
        ) from None
    if token is not None and len(token) < 16:
        raise OptionError("option token must have at least 16 characters, or be left out for a random one")
    local = is_loopback(host)
    if not local and token is None:
        token = secrets.token_urlsafe(24)
    with private_folder("tls") as folder, _listen(host, port) as listener:
        access = access_for(host, token, tls=not local)
        names = sorted(name.strip("[]") for name in access.hosts)
        pair = None if local else make_certificate(folder, names, datetime.now(timezone.utc))
        doorkeeper = Doorkeeper()
        parts = services(settings, common, store=not no_store, privacy=privacy)
        app = create_app(parts, access, welcome=doorkeeper.trust)
        server = server_of(app, pair, doorkeeper)
        announce(host, listener.getsockname()[1], access)
        stopping.hold()
        server.run(sockets=[listener])
    return 0


# long: one small function for each need of the page
def services(
    settings: Settings, common: CommonSettings, *, store: bool, privacy: Privacy = "none"
) -> Dependencies:
    """The stages of `settings` for the page; further models are loaded when a browser first chooses them."""
    from dataclasses import replace

    from fitness.apps.cli._malloc import give_back
    from fitness.apps.cli.options import load_engine, user_taught_folder
    from fitness.apps.web.dependencies import Dependencies
    from fitness.pipeline import settings as config
    from fitness.recognition.exercises import AUTO, EXERCISES
    from fitness.recognition.samples import load_samples
    from fitness.recognition.taught_folders import taught_names
    from fitness.session.store import default_store_path

    engines = {settings.model: load_engine(settings, common)}

    def tracker(model: str, static: bool) -> Any:
        if model not in engines:
            engines[model] = config.Engine(replace(settings, model=model, model_file=None))
        return engines[model].tracker(static=static)

    def recogniser(name: str, fitted: Any, ids: Any = None) -> Any:
        """Settings with the exercises that are taught now, also those taught since the start."""
        options = replace(settings.recogniser, exercise=name, taught=taught_names(taught))
        return config.counter(replace(settings, taught=taught, recogniser=options), fitted, ids)

    first, taught = settings.recogniser.exercise, user_taught_folder()
    names = (first, *(name for name in (AUTO, *EXERCISES) if name != first))
    models = (settings.model, *(name for name in config.LANDMARK_MODELS if name != settings.model))
    place = default_store_path()
    return Dependencies(
        tracker=tracker,
        recogniser=recogniser,
        samples=load_samples(config.sample_folder(settings)),
        noted=lambda model, name: (
            config.noted(replace(settings, model=model).with_exercise(name))
            if name in names
            else {"exercise": name, "model": model, "samples": "taught"}
        ),
        models=models,
        exercises=names,
        store=place if store else None,
        privacy=privacy,
        taught=taught,
        tidy=give_back,
    )


def _listen(host: str, port: int) -> socket.socket:
    """Open a listening socket. Raises OutputError if the port is in use."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        both = host.strip("[]") == "::" and socket.has_dualstack_ipv6()
        return socket.create_server((host.strip("[]"), port), family=family, dualstack_ipv6=both)
    except OSError as error:
        raise OutputError(
            f"cannot listen on {host}, port {port} ({error.strerror}); choose another with --port, or 0 for any"
        ) from None


def access_for(host: str, token: str | None, *, tls: bool) -> Access:
    """Who may use the page: the permitted host names, and the token that is required (None: no token).

    With TLS, the machine's own names and addresses are permitted besides `host`, because phones in the same network use
    them.
    """
    from fitness.apps.web.access import LOOPBACK, Access
    from fitness.apps.web.certificate import network_addresses

    own = {*network_addresses(), socket.gethostname().lower(), host.lower()} if tls else {host.lower()}
    hosts = {f"[{name}]" if ":" in name and not name.startswith("[") else name for name in own}
    return Access(frozenset({*LOOPBACK, *hosts} - {*_ANY, "[::]"}), token, tls)


def announce(host: str, port: int, access: Access) -> None:
    """Print the page's address; with TLS also a QR code for a phone, and the machine's other addresses."""
    from fitness.apps.web.certificate import network_addresses, qr_text

    query = f"/?token={access.token}" if access.token else "/"
    if not access.tls:
        shown = f"[{host}]" if ":" in host else host
        click.echo(f"open http://{shown}:{port}{query} (Ctrl-C stops)")
        return
    names = network_addresses() if host in _ANY else (f"[{host}]" if ":" in host else host,)
    if not names:
        click.echo("no network was found: connect this machine to one, then start again", err=True)
        names = ("127.0.0.1",)
    address, *others = (f"https://{name}:{port}{query}" for name in names)
    click.echo(qr_text(address))
    click.echo(f"open {address} (Ctrl-C stops)")
    for other in others:
        click.echo(f"or   {other} (this machine is in several networks)")
    click.echo("The certificate is self-signed: the browser warns once; choose to continue.")
