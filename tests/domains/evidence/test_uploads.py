"""Uploads end at a bound before a byte is read, and never touch the disk."""

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile
from django.test import RequestFactory

from sanhu.domains.evidence.uploads import MOST_BYTES


def test_a_request_that_announces_too_much_is_refused_unread():
    request = RequestFactory().post("/", {"photo": SimpleUploadedFile("a.jpg", b"x")})
    request.META["CONTENT_LENGTH"] = str(MOST_BYTES + 1)
    with pytest.raises(RequestDataTooBig):
        _ = request.FILES


def test_a_file_of_any_allowed_size_stays_in_memory():
    content = bytes(3 * 1024 * 1024)  # past Django's own bound for memory
    request = RequestFactory().post("/", {"photo": SimpleUploadedFile("a.jpg", content)})
    uploaded = request.FILES["photo"]
    assert isinstance(uploaded, InMemoryUploadedFile)
    assert uploaded.read() == content
