"""What people do on the day after the upgrade, run in the upgraded installation: look, sign in, make a move."""

import json
import sys
from uuid import uuid4

import django

django.setup()

from django.core.cache import cache  # noqa: E402 - only a set-up Django can be asked
from django.test import Client  # noqa: E402

from sanhu.domains.admission.models import Application, Task  # noqa: E402
from sanhu.domains.casework.models import Matter  # noqa: E402
from sanhu.domains.funding.models import Voucher  # noqa: E402
from sanhu.domains.subjects.models import Account, Delegation, Role  # noqa: E402


def signed_in(username: str, password: str) -> Client:
    """Sign in with a password of the first release, through the page."""
    client = Client(headers={"host": "localhost"})
    answer = client.post("/desk/sign-in/", {"username": username, "password": password, "next": "/desk/"})
    assert answer.status_code == 302, answer.content.decode()
    return client


def opened(client: Client, paths: list[str]) -> dict[str, int]:
    """Open pages, and give how many answered with what."""
    found: dict[str, int] = {}
    for path in paths:
        status = str(client.get(path).status_code)
        found[status] = found.get(status, 0) + 1
    return found


def main(password: str) -> dict[str, object]:
    """Go through the day."""
    cache.clear()
    clerk = signed_in("990101-0011", password)
    finder = signed_in("990101-0071", password)
    led = Matter.objects.filter(state="in_progress").select_related("lead").get()
    leading = Account.objects.filter(person__posts__organisation=led.lead).order_by("username")
    officer = next(
        signed_in(account.username, password)
        for account in leading
        if "matter.handle" in account.person.posts.get(organisation=led.lead).role.permissions
    )
    revision = led.revision
    answer = officer.post(
        f"/desk/matters/{led.number}/moves/finish/",
        {"client_id": str(uuid4()), "revision": revision, "reason": "已清运。", "reply": "已经清走。"},
    )
    assert answer.status_code == 302, answer.content.decode()
    led.refresh_from_db()
    numbers = Matter.objects.order_by("number").values_list("number", flat=True)
    public = Matter.objects.filter(publicity="public").values_list("number", flat=True)
    return {
        "moved": [led.state, led.revision - revision],
        "matters": opened(finder, [f"/desk/matters/{number}/" for number in numbers]),
        "public": opened(Client(headers={"host": "localhost"}), [f"/matters/{number}/" for number in public]),
        "applications": opened(finder, [f"/desk/applications/{one.number}/" for one in Application.objects.all()]),
        "tasks": opened(finder, [f"/desk/tasks/{one.number}/" for one in Task.objects.all()]),
        "vouchers": Voucher.objects.count(),
        "lists": opened(clerk, ["/desk/", "/desk/matters/", "/desk/posts/", "/desk/register/"]),
        "delegations": Delegation.objects.count(),
        "publishers": sorted(Role.objects.filter(code="duty_officer").get().permissions)[:3],
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1])))
