"""What the record says happened to places, with the words a page shows."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PlacesEvent(TextChoices):
    """The events this room writes into the record."""

    DIVISIONS_IMPORTED = "divisions.imported", _("导入行政区划")
    CELLS_DRAWN = "cells.drawn", _("绘制网格")
