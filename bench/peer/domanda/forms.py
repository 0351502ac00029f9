"""The pages of the form; names of fields as in our own modello."""

from django import forms
from django.core.validators import RegexValidator
from django.forms import formset_factory

from .models import Classe, Plesso

CF = RegexValidator(r"^[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]$")
CAP = RegexValidator(r"^\d{5}$")
PHONE = RegexValidator(r"^\+?[\d ]{6,16}$")


def choice(label, *options):
    pairs = [(option, option.replace("_", " ").capitalize()) for option in options]
    return forms.ChoiceField(label=label, choices=pairs, widget=forms.RadioSelect)


def yes_no(label):
    return choice(label, "si", "no")


class Privacy(forms.Form):
    privacy = forms.BooleanField(label="Ho letto l'informativa")


class Richiedente(forms.Form):
    cf = forms.CharField(label="Codice fiscale", max_length=16, validators=[CF])
    nome = forms.CharField(label="Nome", max_length=100)
    cognome = forms.CharField(label="Cognome", max_length=100)
    qualita = choice("In qualità di", "genitore", "tutore", "affidatario")
    residenza_indirizzo = forms.CharField(label="Indirizzo", max_length=200)
    residenza_cap = forms.CharField(label="CAP", validators=[CAP])
    residenza_comune = forms.CharField(label="Comune", max_length=100)
    email = forms.EmailField(label="Email")
    cellulare = forms.CharField(label="Cellulare", validators=[PHONE])
    pec = forms.EmailField(label="PEC", required=False)
    domicilio_diverso = yes_no("Il domicilio è un altro?")
    altro_presente = yes_no("C'è un altro genitore?")


class Figlio(forms.Form):
    figlio_cf = forms.CharField(label="Codice fiscale", max_length=16, validators=[CF])
    cf_mancante = yes_no("Non ha ancora il codice fiscale")
    figlio_cognome = forms.CharField(label="Cognome", max_length=100)
    figlio_nome = forms.CharField(label="Nome", max_length=100)
    figlio_nascita = forms.DateField(label="Data di nascita")
    figlio_residenza_uguale = yes_no("Abita con te?")


class Scuola(forms.Form):
    plesso = forms.ModelChoiceField(Plesso.objects.order_by("nome"), label="Scuola", to_field_name="codice")
    classe = forms.ModelChoiceField(Classe.objects.select_related("plesso").order_by("plesso__nome", "nome"))
    giorni = forms.MultipleChoiceField(
        label="Giorni",
        choices=[(day, day) for day in ("lun", "mar", "mer", "gio", "ven")],
        widget=forms.CheckboxSelectMultiple,
    )
    tempo = choice("Tempo scuola", "normale", "pieno")
    dal = forms.DateField(label="Dal")
    occasionale = yes_no("Uso occasionale?")

    def clean(self):
        plesso, classe = self.cleaned_data.get("plesso"), self.cleaned_data.get("classe")
        if plesso and classe and classe.plesso_id != plesso.pk:
            self.add_error("classe", "La classe è di un'altra scuola.")


class Dieta(forms.Form):
    dieta_tipo = choice("Dieta", "nessuna", "etico_religiosa", "sanitaria")
    disabilita = yes_no("Ha una disabilità?")


class Pagamento(forms.Form):
    isee_scelta = choice("ISEE", "dichiaro", "non_dichiaro")
    modalita = choice("Come vuoi pagare", "PAGOPA", "SDD")


class Riepilogo(forms.Form):
    conferma = forms.BooleanField(label="Confermo quanto ho scritto")


PAGES = [
    ("privacy", Privacy),
    ("richiedente", Richiedente),
    ("figli", formset_factory(Figlio, extra=0, min_num=0, max_num=8)),
    ("scuola", formset_factory(Scuola, extra=0, max_num=8)),
    ("dieta", formset_factory(Dieta, extra=0, max_num=8)),
    ("pagamento", Pagamento),
    ("riepilogo", Riepilogo),
]
