# syntax=docker/dockerfile:1
# One image for web, worker, beat and migrations. No secrets in it: they come from the environment at start.

FROM python:3.13-slim-bookworm AS app

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    DJANGO_SETTINGS_MODULE=samenhier.settings.prod \
    SAMENHIER_PRODUCTION=1

RUN groupadd --system --gid 10001 samenhier \
 && useradd --system --uid 10001 --gid samenhier --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin samenhier

WORKDIR /app
COPY requirements/prod.txt requirements/prod.txt
RUN pip install --require-hashes --only-binary :all: -r requirements/prod.txt

COPY manage.py ./
COPY samenhier samenhier
COPY municipalities municipalities
COPY groups groups
COPY newcomers newcomers
COPY matches matches
COPY reports reports
COPY locale locale
COPY static static
COPY templates templates

# Production settings refuse to load half configured: give them values that exist only while this line runs.
RUN export SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
           MASTER_KEYS="$(python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())')" \
           ALLOWED_HOSTS=build SITE_URL=https://build DATABASE_URL=postgres:///build \
           REDIS_URL=redis://build/0 EMAIL_URL=smtp://build \
 && python manage.py translations compile \
 && python manage.py collectstatic --no-input --verbosity 0

USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "samenhier.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--threads", "4", "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--graceful-timeout", "20", "--access-logfile", "/dev/null"]
HEALTHCHECK --interval=30s --timeout=10s --start-period=40s CMD ["python", "-m", "samenhier.services.probe", "web"]


# The same, with a mail server that keeps mail instead of sending it: for a trial without a relay.
FROM app AS catcher
USER 0
COPY requirements/catcher.txt requirements/catcher.txt
RUN pip install --require-hashes --only-binary :all: -r requirements/catcher.txt \
 && install --directory --owner 10001 --group 10001 --mode 0700 /inbox
USER 10001:10001
EXPOSE 1025
CMD ["python", "-m", "samenhier.services.mail_catcher", "--host", "0.0.0.0", "--port", "1025", "--directory", "/inbox"]
HEALTHCHECK --interval=30s --timeout=10s --start-period=20s CMD ["python", "-m", "samenhier.services.probe", "mail"]


# What `docker build .` makes when nothing else is asked for.
FROM app
