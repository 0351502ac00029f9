"""One wizard, and what stands before and after it."""

import json

from django.contrib.auth import get_user_model, login
from django.contrib.auth.decorators import login_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from formtools.wizard.views import NamedUrlSessionWizardView, WizardView

from .models import Plesso, Pratica, submit

PER_CHILD = ("scuola", "dieta")


def enter(request, cf):
    """Stands for the sign-in, which is not measured."""
    user, _ = get_user_model().objects.get_or_create(
        username=cf, defaults={"first_name": "Lia", "last_name": "Prova", "email": "lia@posta.example"}
    )
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return HttpResponse("ok")


@login_required
def modelli(request):
    return render(request, "modelli.html")


@login_required
def start(request):
    """A new draft."""
    request.session.pop("wizard_domanda", None)
    return redirect("domanda", step="privacy")


@method_decorator(login_required, name="dispatch")
class Domanda(NamedUrlSessionWizardView):
    template_name = "passo.html"

    def get_form_initial(self, step):
        user = self.request.user
        if step == "richiedente":
            return {"cf": user.username, "nome": user.first_name, "cognome": user.last_name, "email": user.email}
        if step in PER_CHILD:
            return [{} for _ in range(self.children())]
        return super().get_form_initial(step)

    def children(self):
        return int((self.storage.get_step_data("figli") or {}).get("figli-TOTAL_FORMS", 0))

    def post(self, *args, **kwargs):
        if self.request.POST.get("_azione") != "aggiungi":
            return super().post(*args, **kwargs)
        # One more row: whatever was typed is kept.
        data = self.request.POST.copy()
        data["figli-TOTAL_FORMS"] = str(int(data["figli-TOTAL_FORMS"]) + 1)
        self.storage.set_step_data("figli", data)
        return redirect(self.get_step_url("figli"))

    def get_context_data(self, form, **kwargs):
        context = super().get_context_data(form=form, **kwargs)
        if self.steps.current == "riepilogo":
            context["risposte"] = [(step, self.get_cleaned_data_for_step(step)) for step in self.steps.all[:-1]]
        return context

    def render_done(self, form, **kwargs):
        # Without the redirect to a step "done": one request less.
        return WizardView.render_done(self, form, **kwargs)

    def done(self, form_list, form_dict, **kwargs):
        answers = {step: plain(form.cleaned_data) for step, form in form_dict.items()}
        figli = [
            {**figlio, **scuola, **dieta}
            for figlio, scuola, dieta in zip(answers.pop("figli"), answers.pop("scuola"), answers.pop("dieta"))
        ]
        protocollo = submit(self.request.user, answers, figli)
        return redirect(reverse("inviata", args=[protocollo]))


def plain(data):
    """Cleaned data as JSON keeps them."""

    def default(value):
        return value.pk if hasattr(value, "pk") else DjangoJSONEncoder().default(value)

    return json.loads(json.dumps(data, default=default))


@login_required
def sent(request, protocollo):
    pratiche = Pratica.objects.filter(richiedente=request.user, protocollo=protocollo).order_by("numero")
    return render(request, "inviata.html", {"protocollo": protocollo, "pratiche": pratiche})


@login_required
def pratiche(request):
    own = Pratica.objects.filter(richiedente=request.user).order_by("-numero")[:20]
    return render(request, "pratiche.html", {"pratiche": own})


@login_required
def pratica(request, numero):
    one = get_object_or_404(Pratica.objects.prefetch_related("evento_set"), richiedente=request.user, numero=numero)
    plessi = Plesso.objects.in_bulk([one.risposte["figlio"]["plesso"]])
    return render(request, "pratica.html", {"pratica": one, "plessi": plessi.values()})
