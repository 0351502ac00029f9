# Home page of an ente, search box, and the list of enti.
home-sommario = Presenta una domanda, riprendi una bozza, segui la tua pratica: dal telefono, quando vuoi.
home-continua = Continua
home-bozza = Salvata il { $salvata }.
home-riprendi = Riprendi la bozza
home-tutte-bozze = Tutte le tue pratiche
home-aperta-fino = Aperta fino al { $giorno }
home-serve = { $minuti ->
    [one] Serve circa 1 minuto e l’identità digitale di un genitore.
   *[other] Servono circa { $minuti } minuti e l’identità digitale di un genitore.
}
home-vai = Vai all’iscrizione
home-aree = Aree del portale
home-pratiche = Apri una pratica, riprendi una bozza, guarda quelle inviate.
home-servizi-scolastici = Iscrivi i tuoi figli, leggi e paga le rette.
home-pagopa = Paga un avviso o una retta, anche senza accedere.
home-sezione-informativa = Esito delle pratiche e notizie sulle domande inviate.
cerca-titolo = Cerca un servizio
cerca-aiuto = Per esempio: mensa, refezione, avvio pratica.
cerca-bottone = Cerca
radice-titolo = Scegli il tuo comune
radice-sommario = Questi comuni offrono qui i loro servizi online.
radice-elenco = Elenco dei comuni
radice-nessun-ente = A questo indirizzo non c’è nessun comune. Controlla l’indirizzo o scegli dall’elenco.
radice-simulatore = È una dimostrazione: gestori di identità, posta e sito del comune sono simulati.
radice-simulatore-vai = Apri i simulatori
