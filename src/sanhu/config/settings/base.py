"""What every installation shares. What differs stands in local, test and production."""

from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

PACKAGE = Path(__file__).resolve().parents[2]

INSTALLED_APPS = [
    "django.contrib.contenttypes",  # Django's auth needs it
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "sanhu.domains.evidence",
    "sanhu.domains.places",
    "sanhu.domains.subjects",
    "sanhu.domains.catalogue",
    "sanhu.domains.casework",
    "sanhu.domains.funding",
    "sanhu.domains.admission",
    "sanhu.domains.evaluation",
    "sanhu.portals.look",
    "sanhu.portals.public",
    "sanhu.portals.desk",
    "sanhu.portals.open",
    "sanhu.portals.cli",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "sanhu.portals.watching.requests.RequestLineMiddleware",  # outside all that answers but for files
    "sanhu.portals.open.middleware.ApiAnswersMiddleware",  # outside whatever answers with a page
    "sanhu.portals.look.unavailable.DatabaseAwayMiddleware",
    "sanhu.portals.look.unkeepable.UnkeepableMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "sanhu.config.urls"
WSGI_APPLICATION = "sanhu.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "subjects.Account"
LOGIN_URL = "desk:sign_in"
LOGIN_REDIRECT_URL = "desk:inbox"
LOGOUT_REDIRECT_URL = "public:home"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sanhu.portals.look.context.page",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

# Message ids are Chinese; English is the one translation.
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("en", _("英文"))]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Argon2id tuned so that two cores take a district's morning rush (OWASP's m=19 MiB, t=2, p=1).
PASSWORD_HASHERS = ["sanhu.domains.subjects.hashers.DistrictArgon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "sanhu.domains.subjects.passwords.LengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SESSION_COOKIE_AGE = 30 * 60  # idle sign-out after 30 minutes (domain.md H.3)
SESSION_SAVE_EVERY_REQUEST = False  # renewed by portals.desk at most once a minute
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "sanhu.portals.look.views.csrf_failure"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "script-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# An upload is at most three photos of 10 MB; words are refused past their own limits by the forms.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["sanhu.domains.evidence.uploads.BoundedMemoryUploadHandler"]
DATA_UPLOAD_MAX_NUMBER_FILES = 8

EMAIL_TIMEOUT = 20  # a mail server that does not answer must not hold the worker's clocks; far below a notice's lease

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # What libraries say quotes addresses and values; the formatter leaves their words out.
    "formatters": {"line": {"()": "sanhu.portals.watching.lines.WordlessFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "sanhu.requests": {"level": "INFO"},
        "django.request": {"level": "ERROR"},  # a page that was not found has its line already
    },
}
SANHU_METRICS_TOKEN = ""  # what a monitor shows at /metrics/; without one there is no such page

# Facts marked [D] in the domain file: configuration, never constants.
SANHU_ACCEPT_WITHIN_WORKING_DAYS = 1  # a report is accepted or declined within this promise
SANHU_SIGN_WITHIN_WORKING_DAYS = 3  # R36
SANHU_EXTENSIONS_MOST = 1  # a handling clock is extended so often …
SANHU_EXTENSION_PERCENT = 100  # … and by so much of its own length at most
SANHU_SUSPENSION_REVIEW_DAYS = 30  # C.6: a suspended matter is looked at this often
SANHU_REOPEN_WITHIN_DAYS = 30  # an unhappy rating opens a matter again within so many days of its close
SANHU_SUPERVISION_MOST_WORKING_DAYS = 10  # the longest time for answering a supervisor
SANHU_COSIGN_WITHIN_WORKING_DAYS = 3  # a body asked to co-sign is given so long, unless the lead says otherwise
SANHU_HANDED_ROUND_FROM = 3  # a matter handed on so often goes to the coordinating body
SANHU_CONTACT_KEPT_DAYS = 30  # after the final close a reporter's contact is erased
SANHU_WORDS_KEPT_DAYS = 5 * 365  # … and after this long their words, place and photos, and what was answered
SANHU_STAFF_KEPT_DAYS = (
    2 * 366
)  # after the last post a name, telephone and account go (劳动合同法 50: two years at least)
SANHU_REQUESTS_KEPT_DAYS = 90  # how long a form that was answered is known again when it is sent twice
SANHU_TEXT_MESSAGES_KEPT_DAYS = 3  # how long the district's gateway has to fetch a text message
SANHU_APPLY_BEFORE_WORKING_DAYS = 30  # B.8: an application comes in so long before the help is to begin …
SANHU_DECIDE_WITHIN_WORKING_DAYS = 15  # … and is decided within so long of its acceptance
SANHU_OPINIONS_BEFORE_DAYS = 7  # so many days before that, whoever was asked and is silent no longer holds it up
SANHU_ADMISSION_MOST_DAYS = 366  # an admission is registered anew every year
SANHU_QUORUM_PERCENT = 50  # more than this share of the members who need not recuse themselves must vote
SANHU_ANSWER_NOTICE_WORKING_DAYS = 5  # an organ answers a committee's notice within …
SANHU_EMERGENCY_RECORD_WORKING_DAYS = 5  # R40: … and hands in the record of an emergency within
SANHU_RETURN_ANSWER_WORKING_DAYS = 10  # [D] whoever is to take a task back says what it thinks within …
SANHU_RETURN_CHECK_FROM_DAYS = 60  # [D] so long after a task went back it can be said that it stayed there …
SANHU_RETURN_CHECK_WITHIN_DAYS = 15  # [D] … and so long after that it is to have been looked at
SANHU_GRANT_TOLD_AHEAD_DAYS = 10  # how long before a power ends its organ is told
SANHU_STAFF_MINUTES_A_DAY = 480  # of one member or worker of a community …
SANHU_ASSISTING_PERCENT = 40  # … of which so much may go into admitted assistance
SANHU_COST_FEN_A_MINUTE = 60  # the district's cost standard for one person-minute of assistance
SANHU_FIRST_PAYMENT_WITHIN_DAYS = 30  # the first part of its money falls due so soon after the help begins
SANHU_TWO_PERSONS_FROM_FEN = 5_000_000  # from ¥50,000 on a second person signs …
SANHU_SPLIT_WINDOW_DAYS = 30  # … counting what one person paid to the same payee within so many days
SANHU_STATEMENT_WINDOW_DAYS = 5  # [D] a bank books a payment within so many days of its voucher, or it is a difference
SANHU_SUPPLEMENTS_MOST = 5  # how often a reporter may add words and photos to an open matter
SANHU_DEMO_MATTERS = 0
SANHU_CHECKPOINT_GROWN_MINUTES = 10  # the record is signed again when it grew and the last checkpoint is this old …
SANHU_CHECKPOINT_IDLE_MINUTES = 60  # … and in any case when it is this old, so that nothing can be dated back further
SANHU_DELEGATION_MOST_DAYS = 90  # so many days at most a post's powers are lent while its holder is away
SANHU_SIGN_IN_FAILURES = 5  # H.3: lock-out after this many failures …
SANHU_SIGN_IN_WINDOW_MINUTES = 15  # … for this long
SANHU_SECOND_FACTOR = "optional"  # who must have one: optional, administrators or everybody (production: see there)
SANHU_SECOND_FACTOR_FAILURES = 20  # its codes are short: so many wrong ones in a day, whatever the window above says
SANHU_SECOND_STEP_MINUTES = 5  # how long a right password waits for the second step
SANHU_FRESH_SIGN_IN_MINUTES = 15  # ways in are changed only so soon after signing in; later one signs in again
SANHU_OIDC_ISSUER = ""  # the district's own sign-on: its issuer, https://…; nothing of it is shown while this is empty
SANHU_OIDC_CLIENT_ID = ""
SANHU_OIDC_CLIENT_SECRET = ""
SANHU_OIDC_NAME = ""  # what officials call it, as it stands on the button
SANHU_OIDC_AMR: tuple[str, ...] = ("mfa",)  # an `amr` or `acr` among these: the sign-on asked for two factors itself
SANHU_RECEIPT_TRIES = 20  # guesses at a receipt code from one address in a window
SANHU_ALIKE_A_MINUTE = 30  # how often a page asks for likely duplicates while one report is typed
SANHU_JOINS_AN_HOUR = 20  # matters joined from one address, which a whole building may share
SANHU_TRUSTED_PROXIES = 0  # how many reverse proxies stand in front and may be believed about an address
SANHU_SITE_URL = (
    ""  # how pages are called in messages, https://…; without it the first host this installation answers to
)
# Where robots of groups live; nobody else is called.
SANHU_WEBHOOK_HOSTS: tuple[str, ...] = ("qyapi.weixin.qq.com", "oapi.dingtalk.com")
SANHU_EXPORT_KEPT_HOURS = 24  # how long the file of an export can be fetched
SANHU_EXPORTS_MOST = 3  # so many exports of one person wait or run at a time
SANHU_API_TOKEN_TRIES = 20  # tokens that do not hold, from one address in 15 minutes
SANHU_API_REPORTS_A_MINUTE = 10  # reports by program from one address: a service desk's tool, not a flood
SANHU_ROUTER_FRESH = 20  # so many matters have closed since the last training before another is worth its minutes
