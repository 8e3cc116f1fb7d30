"""How long a password is at least, said in the house's words: Django's Chinese catalogue has none for it."""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext


class LengthValidator(MinimumLengthValidator):
    """Django's own, which would answer in English."""

    def get_error_message(self) -> str:
        """Say what a password has to be, as its field does."""
        return gettext("至少 10 个字符，不能只有数字，不能是常见密码。")
