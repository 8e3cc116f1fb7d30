"""The one door to one application: scoped and locked."""

from sanhu.domains.admission.models import Application
from sanhu.domains.admission.queries.applications import visible_to
from sanhu.domains.admission.services.errors import GateNotFound
from sanhu.engines.actors import Actor


def locked(actor: Actor, number: str) -> Application:
    """Give what the actor may see, locked until the transaction ends. Raises GateNotFound.

    Nothing is joined: what a join read before the lock was granted may be older than the row.
    """
    application = visible_to(actor).select_for_update().filter(number=number).first()
    if application is None:
        raise GateNotFound(number)
    return application
