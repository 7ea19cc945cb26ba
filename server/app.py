"""The only wiring: one Flask app out of the rooms, the core and a Config."""

# Werkzeug asks for this codec in the first request. Two threads that ask at once can find it half
# imported, and Python then remembers for good that there is none.
import encodings.idna  # noqa: F401
from functools import cache
from typing import Final

from flask import Flask
from sqlalchemy import select
from werkzeug.middleware.proxy_fix import ProxyFix

from server import VERSION
from server.access import api as access
from server.access import commands as access_commands
from server.access.queries import Sessions
from server.assets import aliases as assets_aliases
from server.assets import api as assets
from server.assets import commands as assets_commands
from server.assets import records as assets_records
from server.backup import api as backup
from server.backup import commands as backup_commands
from server.catalogue import api as catalogue
from server.catalogue import commands as catalogue_commands
from server.catalogue import records as catalogue_records
from server.catalogue import skills as catalogue_skills
from server.collisions import api as collisions
from server.collisions import commands as collisions_commands
from server.collisions import decisions as collisions_decisions
from server.collisions import queries as collisions_queries
from server.collisions import records as collisions_records
from server.config import Config
from server.core import feed, stale
from server.core.blobs import Blobs
from server.core.clock import Clock, SystemClock
from server.core.db import Database
from server.core.http.asked import Services
from server.core.http.commands import command_routes
from server.core.http.install import install
from server.core.http.log import configure
from server.core.http.openapi import openapi_routes
from server.core.http.pages import serve_pages
from server.core.http.routes import Routes
from server.core.limits import Limiter
from server.core.questions import Question
from server.core.reader import Reader
from server.customers import api as customers
from server.customers import commands as customers_commands
from server.customers import records as customers_records
from server.decisions import api as decisions
from server.decisions import commands as decisions_commands
from server.decisions import records as decisions_records
from server.demo import api as demo
from server.field import api as field
from server.field import arguments as field_arguments
from server.field import commands as field_commands
from server.field import decisions as field_decisions
from server.field import handing_in as field_handing_in
from server.field import photos, tus
from server.guests import api as guests
from server.guests import commands as guests_commands
from server.guests import own as guests_own
from server.guests import preferences as guests_preferences
from server.guests import preferences_api as guests_preferences_api
from server.guests import wishes as guests_wishes
from server.imports import api as imports
from server.imports import commands as imports_commands
from server.imports import filling as imports_filling
from server.messages import api as messages
from server.messages import commands as messages_commands
from server.messages import occasions as messages_occasions
from server.messages import outbox as messages_outbox
from server.orders import api as orders
from server.orders import commands as orders_commands
from server.orders import decisions as orders_decisions
from server.orders import found as orders_found
from server.orders import handover as orders_handover
from server.orders import helpers as orders_helpers
from server.orders import intake as orders_intake
from server.orders import milestones as orders_milestones
from server.orders import records as orders_records
from server.people import api as people
from server.people import certificates as people_certificates
from server.people import commands as people_commands
from server.people import records as people_records
from server.requests import api as requests
from server.requests import commands as requests_commands
from server.requests import records as requests_records
from server.signoff import agreements as signoff_agreements
from server.signoff import api as signoff
from server.signoff import commands as signoff_commands
from server.signoff import decisions as signoff_decisions
from server.signoff import records as signoff_records
from server.signoff import reviewing as signoff_reviewing
from server.stock import api as stock
from server.stock import commands as stock_commands
from server.stock import decisions as stock_decisions
from server.stock import records as stock_records
from server.visits import commands as visits_commands
from server.visits import decisions as visits_decisions
from server.visits import milestones as visits_milestones
from server.visits import queries as visits_queries
from server.visits import records as visits_records
from server.visits import support as visits_support
from server.visits import support_waits as visits_support_waits

# Loading them registers their commands, consequences, events, records and sections.
LOADED: Final = (
    (people_records, people_commands, people_certificates),
    (customers_records, customers_commands),
    (catalogue_records, catalogue_commands, catalogue_skills),
    (assets_records, assets_commands, assets_aliases),
    (requests_records, requests_commands),
    (
        orders_records,
        orders_handover,
        orders_found,
        orders_helpers,
        orders_commands,
        orders_intake,
        orders_milestones,
        orders_decisions,
    ),
    (visits_records, visits_commands, visits_queries, visits_milestones, visits_decisions),
    (visits_support, visits_support_waits),
    (collisions_records, collisions_commands, collisions_queries, collisions_decisions),
    (signoff_records, signoff_commands, signoff_agreements, signoff_reviewing, signoff_decisions),
    (stock_records, stock_commands, stock_decisions),
    (guests_commands, guests_wishes, guests_own, guests_preferences, guests_preferences_api),
    (messages_occasions, messages_outbox, messages_commands),
    (imports_commands, imports_filling, access_commands, backup_commands),
    (field_arguments, field_commands, field_handing_in, field_decisions),
    (decisions_records, decisions_commands),
    (stale,),
)
ROOMS: Final = (
    people.routes,
    customers.routes,
    catalogue.routes,
    assets.routes,
    requests.routes,
    orders.routes,
    collisions.routes,
    signoff.routes,
    stock.routes,
    guests.routes,
    messages.routes,
    imports.routes,
    access.routes,
    photos.routes,
    tus.routes,
    field.routes,
    decisions.routes,
    backup.routes,
    demo.routes,
)


_READY: Final = Question(select(feed.SyncClock.position).where(feed.SyncClock.id == 1))


def create_app(config: Config, clock: Clock | None = None) -> Flask:
    """Builds the app of one process; the database must be migrated.

    Args:
        config: the settings.
        clock: tells the time; the machine's unless told otherwise.
    """
    configure(config.log)
    services = services_of(config, clock or SystemClock())
    app = Flask("onsite", static_folder=None)
    app.url_map.strict_slashes = True
    app.extensions["onsite"] = services
    app.extensions["onsite_routes"] = install(app, services, all_routes())
    _healthz(app, services)
    serve_pages(app, config.app_dir)
    if config.trust_proxy:
        n = config.trust_proxy
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    return app


def services_of(config: Config, clock: Clock) -> Services:
    """The parts that one process works with."""
    database = Database(config.database_url, secret=config.secret)
    return Services(
        config=config,
        database=database,
        clock=clock,
        blobs=Blobs(config.blobs_url),
        limiter=Limiter(database, clock),
        doorkeeper=Sessions(config.session_days),
    )


@cache
def all_routes() -> list[Routes]:
    """The routes of all rooms, and the document that describes them: always the same ones."""
    rooms = [command_routes(), *ROOMS]
    return [*rooms, openapi_routes(VERSION, rooms)]


def _healthz(app: Flask, services: Services) -> None:
    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        """Ready: the database answers and is migrated."""
        reader = Reader(services.database)
        try:
            reader.ask(_READY)
        finally:
            reader.release()
        return {"status": "ok"}
