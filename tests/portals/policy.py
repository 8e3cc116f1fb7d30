"""What a page may not hold under our content policy, which allows nothing inline and nothing from elsewhere."""

from urllib.parse import urlsplit

from django.http import HttpResponse

from tests.portals.reading import Page

_LINKS = ("href", "src", "action", "formaction", "srcset", "poster", "data")


def breaches(answer: HttpResponse) -> list[str]:
    """Give what breaks the policy in an answer: in its header, and in every element of its page or drawing."""
    policy = answer.get("Content-Security-Policy", "")
    found = [] if "default-src 'none'" in policy and "frame-ancestors 'none'" in policy else [f"policy: {policy!r}"]
    found += [f"policy allows {loose}" for loose in ("unsafe-", "*", "data:", "http") if loose in policy]
    if answer["Content-Type"].startswith(("text/html", "image/svg")):
        for tag, attributes in Page(answer.content.decode()).elements:
            found += _of_element(tag, attributes)
    return found


def _of_element(tag: str, attributes: dict[str, str | None]) -> list[str]:
    found = [f"<{tag} {name}>" for name in attributes if name == "style" or name.startswith("on")]
    if tag == "style" or (tag == "script" and not attributes.get("src")):
        found.append(f"inline <{tag}>")
    for name in _LINKS:
        target = urlsplit(attributes.get(name) or "")
        if target.scheme not in {"", "mailto"} or target.netloc:
            found.append(f"<{tag} {name}={target.geturl()!r}>")
    return found
