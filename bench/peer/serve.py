"""The peer: a Django form wizard with the steps of an enrolment, in one process.

    serve.py PORT POSTGRES_PORT

Makes its tables in the database `postgres` and serves until it is ended.
"""

import sys

from django.conf import settings

PORT, POSTGRES_PORT = sys.argv[1:]

settings.configure(
    DEBUG=False,
    SECRET_KEY="of a measurement, on this machine only",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF="domanda.urls",
    LANGUAGE_CODE="it",
    USE_TZ=True,
    INSTALLED_APPS=[
        "django.contrib.contenttypes",
        "django.contrib.auth",
        "django.contrib.sessions",
        "formtools",
        "domanda",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    # The draft lies in the session: a row of the database, written at each step.
    SESSION_ENGINE="django.contrib.sessions.backends.db",
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                ]
            },
        }
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": "127.0.0.1",
            "PORT": POSTGRES_PORT,
            "USER": "postgres",
            "NAME": "postgres",
            # Connections are kept, as in production.
            "CONN_MAX_AGE": None,
        }
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from waitress import serve  # noqa: E402

# The tables of Django first: ours refer to them and have no migrations.
call_command("migrate", verbosity=0)
call_command("migrate", run_syncdb=True, verbosity=0)

from domanda.models import prepare  # noqa: E402

prepare()
serve(get_wsgi_application(), host="127.0.0.1", port=int(PORT), threads=8)
