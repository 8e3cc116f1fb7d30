"""Addresses of what residents may see of the gate: the register of admitted tasks, and whether a letter is real."""

from django.urls import path

from sanhu.portals.public.views import burden, letter_check, register, register_files, returns

urlpatterns = [
    path("register/", register.register, name="register"),
    path("register/tasks.csv", register_files.register_all_csv, name="register_all_csv"),
    path("register/<str:area>/", register.register_of, name="register_of"),
    path("register/<str:area>/burden/", burden.burden_of, name="burden_of"),
    path("register/<str:area>/tasks.csv", register_files.register_csv, name="register_csv"),
    path("register/<str:area>/feed.atom", register_files.register_feed, name="register_feed"),
    path("returns/", returns.returns, name="returns"),
    path("letter-check/", letter_check.letter_check, name="letter_check"),
]
