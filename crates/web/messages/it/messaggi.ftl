# Messaggi tra chi ha presentato una domanda e l’ufficio.

messaggi-titolo = Messaggi
messaggi-quanti = { $n ->
    [0] Non ci sono messaggi.
    [one] C’è 1 messaggio{ $nuovi ->
        [0] .
       *[other] , da leggere.
    }
   *[other] Ci sono { $n } messaggi{ $nuovi ->
        [0] .
       *[other] , { $nuovi } da leggere.
    }
}
messaggi-apri = Leggi e scrivi
messaggi-nessuno = Non hai ancora scambiato messaggi con l’ufficio su questa domanda. Se hai un dubbio, scrivi qui sotto.
messaggi-da-ufficio = { $ufficio } ({ $chi })
messaggi-da-cittadino = { $chi }, cittadino
messaggi-letto = Letto il { $quando }.
messaggi-non-letto = Non ancora letto.
messaggi-e-riservato = Riservato.
messaggi-scritto = Il messaggio è stato inviato. Vedrai qui quando viene letto.

# Scrivere
messaggi-scrivi = Scrivi all’ufficio
messaggi-testo = Messaggio
messaggi-testo-aiuto = Al massimo 4.000 caratteri.
messaggi-riservato = Parla di salute, religione, reddito o conto corrente
messaggi-riservato-aiuto = Lo legge soltanto chi è autorizzato a vedere questi dati.
messaggi-invia = Invia il messaggio
messaggi-manca = Scrivi il messaggio
messaggi-lungo = Accorcia il messaggio: al massimo 4.000 caratteri
messaggi-troppi = Ci sono già { $n } messaggi non letti. Aspetta che vengano letti: quello che hai scritto resta qui
messaggi-gia-inviato = Hai già inviato questo modulo con un altro testo. Premi di nuovo per inviare anche questo
messaggi-di-nuovo = Il modulo era incompleto. Premi di nuovo per inviarlo

# Ufficio
ufficio-menu-messaggi = Messaggi
messaggi-note-apri = Messaggi e note
messaggi-cittadino = Con il cittadino
messaggi-nessuno-ufficio = Nessun messaggio su questa pratica.
messaggi-scrivi-cittadino = Scrivi al cittadino
messaggi-scrivi-cittadino-aiuto = Riceve un’e-mail che lo avvisa, senza il testo. Al massimo 4.000 caratteri.
messaggi-note = Note interne
messaggi-note-testo = Le legge soltanto l’ufficio.
messaggi-nota = Nuova nota
messaggi-nota-salva = Salva la nota
messaggi-nota-scritta = La nota è stata salvata.
messaggi-attesa-titolo = Messaggi da leggere
messaggi-attesa-nessuno = Nessun messaggio da leggere.
messaggi-attesa-elenco = Messaggi dei cittadini che nessuno ha ancora aperto, dal più vecchio
messaggi-attesa-chi = Di chi
messaggi-attesa-quanti = Da leggere
messaggi-attesa-da = Dal

# E-mail non consegnate
posta-titolo = E-mail non consegnate
posta-testo = Dopo più tentativi queste e-mail non sono partite. Il contenuto non è perso: chi le aspetta lo trova nella sua area.
posta-nessuna = Tutte le e-mail sono partite.
posta-elenco = E-mail non consegnate, dall’ultima
posta-col-cosa = Che cosa dice
posta-col-chi = A chi
posta-col-quando = Ultimo tentativo
posta-col-azione = Azione
posta-riprova = Riprova a inviare: { $cosa }
posta-riprova-breve = Riprova
posta-riprovata = L’e-mail è di nuovo in coda.
posta-quante = { $n ->
    [0] Nessuna e-mail non consegnata
    [one] 1 e-mail non consegnata
   *[other] { $n } e-mail non consegnate
}
posta-da-leggere = { $n ->
    [one] C’è 1 pratica con messaggi da leggere
   *[other] Ci sono { $n } pratiche con messaggi da leggere
}
posta-tipo-ricevuta = Ricevuta della domanda
posta-tipo-esito = Esito della domanda
posta-tipo-protocollata = Numero di protocollo
posta-tipo-integrazione = Richiesta di completare
posta-tipo-preavviso = Preavviso di rigetto
posta-tipo-posto = Posto libero
posta-tipo-messaggio = Messaggio dell’ufficio
posta-tipo-ufficio = Messaggio di un cittadino
posta-tipo-rette = Nuove rette
posta-tipo-insoluto = Addebito non riuscito
posta-tipo-pagamento = Pagamento ricevuto
posta-tipo-delega = Invito a una delega
posta-tipo-bozza = Promemoria di una bozza
posta-tipo-codice = Codice di conferma
posta-tipo-altro = Avviso
