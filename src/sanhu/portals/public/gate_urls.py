"""Addresses of what residents may see of the gate: the register of admitted tasks, and whether a letter is real."""

from django.urls import path

from sanhu.portals.public.views import letter_check, register, register_files

urlpatterns = [
    path("register/", register.register, name="register"),
    path("register/tasks.csv", register_files.register_all_csv, name="register_all_csv"),
    path("register/<str:area>/", register.register_of, name="register_of"),
    path("register/<str:area>/tasks.csv", register_files.register_csv, name="register_csv"),
    path("register/<str:area>/feed.atom", register_files.register_feed, name="register_feed"),
    path("letter-check/", letter_check.letter_check, name="letter_check"),
]
