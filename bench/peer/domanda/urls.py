"""Addresses."""

from django.urls import path

from . import views
from .forms import PAGES

urlpatterns = [
    path("entra/<str:cf>", views.enter),
    path("modelli", views.modelli),
    path("avvia", views.start),
    path("compila/<str:step>", views.Domanda.as_view(PAGES, url_name="domanda"), name="domanda"),
    path("inviata/<int:protocollo>", views.sent, name="inviata"),
    path("pratiche", views.pratiche, name="pratiche"),
    path("pratiche/<int:numero>", views.pratica, name="pratica"),
]
