# Ufficio: il registro degli accessi, tenuto 24 mesi.
ufficio-menu-tracciatura = Registro accessi

tracciatura-titolo = Registro degli accessi
tracciatura-testo = Qui trovi le richieste e le risposte di ogni accesso degli ultimi 24 mesi, anche fallito. Ogni ricerca resta annotata.
tracciatura-dal = Dal giorno
tracciatura-al = Al giorno
tracciatura-esito = Esito
tracciatura-esito-tutti = Tutti
tracciatura-esito-inviata = Richiesta inviata
tracciatura-esito-accolta = Risposta accolta
tracciatura-esito-rifiutata = Risposta rifiutata
tracciatura-codice-fiscale = Codice fiscale
tracciatura-soggetto = Soggetto (NameID)
tracciatura-qualificatore = Qualificatore (NameQualifier)
tracciatura-richiesta = Richiesta (AuthnReq_ID)
tracciatura-richiesta-istante = Istante della richiesta (2026-09-01T08:00:00Z)
tracciatura-risposta = Risposta (Resp_ID)
tracciatura-risposta-istante = Istante della risposta (2026-09-01T08:00:00Z)
tracciatura-emittente = Emittente della risposta
tracciatura-asserzione = Asserzione (Assertion_ID)
tracciatura-gestore = Gestore di identità
tracciatura-schema = Sistema di accesso
tracciatura-esito-log = Esito nel registro
tracciatura-numero = Numero nella catena
tracciatura-impronta = Impronta
tracciatura-quando = Quando (UTC)
tracciatura-elenco = { $total ->
    [one] 1 messaggio
   *[other] { $total } messaggi
}
tracciatura-niente = Nessun messaggio. Prova altri giorni o meno campi.
tracciatura-altri = Ci sono altri messaggi: restringi i giorni o aggiungi un campo.
tracciatura-giorno-errato = Scrivi il giorno come 2026-09-01
tracciatura-istante-errato = Scrivi l’istante come 2026-09-01T08:00:00Z
tracciatura-valore = Un valore cercato è troppo lungo o ha caratteri non ammessi
tracciatura-esporta = Esporta per un’autorità
tracciatura-esporta-testo = Il file contiene tutti i messaggi trovati, con le impronte per verificarli. Motivo e protocollo restano annotati.
tracciatura-protocollo = Protocollo della richiesta
tracciatura-protocollo-manca = Scrivi il protocollo della richiesta, al massimo 80 caratteri
tracciatura-troppi = I messaggi sono più di 5.000: restringi i giorni
tracciatura-esporta-scarica = Scarica il file
tracciatura-accesso = Un accesso
tracciatura-la-richiesta = Richiesta del { $quando }
tracciatura-la-risposta = Risposta del { $quando }
tracciatura-messaggio = Testo del messaggio
tracciatura-apri = Apri i messaggi
tracciatura-apri-testo = I messaggi contengono dati personali. Chi li apre, quando e perché resta annotato.
tracciatura-motivo = Motivo
tracciatura-apri-invia = Apri
