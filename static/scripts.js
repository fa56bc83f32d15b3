/* htmx, then its extensions, as one file (site/serving/static.py) */
import "django_htmx/htmx-4.min.js";
import "django_htmx/ext/hx-ws-4.min.js";
import "django_htmx/ext/hx-upsert-4.min.js";
