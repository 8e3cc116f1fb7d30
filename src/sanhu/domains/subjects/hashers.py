"""The password hash, tuned so that two cores take a district's morning rush."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class DistrictArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id at OWASP's minimum: 19 MiB, two passes, one lane."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
