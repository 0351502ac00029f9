# Prova di un modello: le pagine di una bozza, senza inviare niente.

prova-nome = Anteprima
prova-avviso = Anteprima: la persona e i dati sono inventati, niente viene inviato.
prova-guasti-titolo = { $n ->
    [one] Il modello ha un errore
   *[other] Il modello ha { $n } errori
}
prova-guasti-testo = Correggi il testo e ricarica la pagina.
prova-provata-titolo = La richiesta sarebbe inviata
prova-provata-testo = Le risposte sono giuste. In anteprima niente viene inviato o protocollato.
prova-provata-pratiche = { $n ->
    [one] Ne nascerebbe una pratica.
   *[other] Ne nascerebbero { $n } pratiche.
}
prova-provata-ancora = Torna alle pagine del modello
