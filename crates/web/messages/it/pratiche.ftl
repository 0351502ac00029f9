# Pages between the home page and a modello, and the page of a modello.
pratiche-sommario = Apri una nuova pratica, riprendi una bozza o guarda quelle inviate.
pratiche-apertura = Apertura pratiche
pratiche-apertura-testo = Presenta una nuova domanda al comune.
pratiche-apertura-sommario = Scegli l’area della tua domanda.
pratiche-bozze = Bozze (pratiche sospese)
pratiche-bozze-testo = Riprendi una pratica che hai sospeso.
pratiche-consultazione = Consultazione pratiche
pratiche-consultazione-testo = Guarda lo stato e l’esito delle pratiche inviate.
pratiche-area-testo = Iscrizione, cambi, dieta, pagamento, certificazione e rinuncia.
pratiche-area-sommario = Scegli che cosa vuoi chiedere.
pratiche-iscrizione = Iscrizione servizi scolastici
pratiche-iscrizione-testo = { $aperti ->
    [0] Ora nessun modello è aperto: guarda quando apre.
    [one] Un modello è aperto ora.
   *[other] { $aperti } modelli sono aperti ora.
}
scolastici-sommario = Iscrivi i tuoi figli, leggi le rette, paga e segui le domande che hai presentato.
modelli-sommario = Scegli il modello della tua domanda.
modelli-nessuno = Ora non c’è nessun modello. Per sapere quando apre, chiama l’ufficio.
modello-aperto = Aperto fino al { $fine }
modello-aperto-dal = Aperto dal { $inizio } al { $fine }
modello-apre = Apre il { $inizio }
modello-chiuso = Chiuso dal { $fine }
modello-avvia = Avvia pratica
modello-con-spid = Ti chiederemo di accedere con la tua identità digitale.
modello-non-ora = Ora non puoi presentare questa domanda. Se hai una bozza, la trovi tra le pratiche sospese.
modello-tempo = Tempo
modello-minuti = { $minuti ->
    [one] circa 1 minuto
   *[other] circa { $minuti } minuti
}
modello-costo = Costo della domanda
modello-risposta = Risposta
modello-giorni = { $giorni ->
    [one] entro 1 giorno
   *[other] entro { $giorni } giorni
}
modello-chi = Chi può presentarla
modello-serve = Cosa ti serve
modello-come = Come funziona
modello-bozza-fino = La domanda si invia entro il { $fine }. Una bozza non inviata resta salvata fino al { $fino }.
modello-ottieni = Cosa ottieni
modello-prezzo = Quanto costa il servizio
modello-altro = Cerchi altro?
