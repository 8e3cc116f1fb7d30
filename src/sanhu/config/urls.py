"""Every address: residents at the root, officials under /desk/."""

from django.urls import include, path
from django.views.i18n import set_language

from sanhu.portals.look.views import gallery, reading_size
from sanhu.portals.public.views.health import health
from sanhu.portals.watching.metrics import metrics

urlpatterns = [
    path("", include("sanhu.portals.public.urls")),
    path("desk/", include("sanhu.portals.desk.urls")),
    path("api/v1/", include("sanhu.portals.open.urls")),
    path("language/", set_language, name="set_language"),
    path("reading-size/", reading_size, name="reading_size"),
    path("health/", health, name="health"),
    path("metrics/", metrics, name="metrics"),
    path("ui/", gallery, name="gallery"),
]
handler400 = "sanhu.portals.look.views.bad_request"
handler403 = "sanhu.portals.look.views.forbidden"
handler404 = "sanhu.portals.look.views.not_found"
handler500 = "sanhu.portals.look.views.server_error"
