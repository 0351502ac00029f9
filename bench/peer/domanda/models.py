"""What is kept: schools, counters, and what an INVIA writes in one transaction."""

from django.conf import settings
from django.db import models, transaction


class Plesso(models.Model):
    codice = models.CharField(max_length=20, unique=True)
    nome = models.CharField(max_length=100)


class Classe(models.Model):
    plesso = models.ForeignKey(Plesso, on_delete=models.CASCADE)
    nome = models.CharField(max_length=20)


class Contatore(models.Model):
    """The next number of a register, without gaps."""

    registro = models.CharField(max_length=20, unique=True)
    ultimo = models.IntegerField(default=0)


class Pratica(models.Model):
    richiedente = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    numero = models.IntegerField(unique=True)
    protocollo = models.IntegerField()
    alunno = models.CharField(max_length=200)
    alunno_cf = models.CharField(max_length=16, unique=True)
    risposte = models.JSONField()
    stato = models.CharField(max_length=20, default="inviata")
    inviata = models.DateTimeField(auto_now_add=True)


class Evento(models.Model):
    pratica = models.ForeignKey(Pratica, on_delete=models.CASCADE)
    parola = models.CharField(max_length=20)
    quando = models.DateTimeField(auto_now_add=True)


class Lavoro(models.Model):
    """A job for somebody else: the receipt."""

    parola = models.CharField(max_length=20)
    dati = models.JSONField()


def prepare():
    """Schools and counters."""
    for numero in range(1, 9):
        plesso = Plesso.objects.create(codice=f"BGEE8{numero:05}", nome=f"Scuola {numero}")
        for anno in range(1, 6):
            Classe.objects.create(plesso=plesso, nome=f"{anno}ª A")
    for registro in ("pratica", "protocollo"):
        Contatore.objects.create(registro=registro)


def take(registro, count):
    """The first of so many numbers."""
    contatore = Contatore.objects.select_for_update().get(registro=registro)
    contatore.ultimo += count
    contatore.save()
    return contatore.ultimo - count + 1


@transaction.atomic
def submit(richiedente, comuni, figli):
    """Files one pratica for each child: numbers, rows, timeline and job together or not at all."""
    numero, protocollo = take("pratica", len(figli)), take("protocollo", 1)
    for at, figlio in enumerate(figli):
        pratica = Pratica.objects.create(
            richiedente=richiedente,
            numero=numero + at,
            protocollo=protocollo,
            alunno=f"{figlio['figlio_nome']} {figlio['figlio_cognome']}",
            alunno_cf=figlio["figlio_cf"],
            risposte={"comuni": comuni, "figlio": figlio},
        )
        for parola in ("inviata", "protocollata"):
            Evento.objects.create(pratica=pratica, parola=parola)
    Lavoro.objects.create(parola="ricevuta", dati={"protocollo": protocollo})
    return protocollo
