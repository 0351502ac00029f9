# I dati di una persona, per la persona e per chi risponde alla sua richiesta.

dati-titolo = Esporta i miei dati
dati-link = Esporta i miei dati
dati-testo = Scarichi un archivio ZIP con tutto ciò che questo portale conserva su di te e sui tuoi figli.
dati-persona = i tuoi dati e recapiti, i figli, le iscrizioni, le deleghe, le bozze;
dati-pratiche = ogni pratica con domande, risposte, tappe, messaggi e file;
dati-documenti = le rette, i debiti e i pagamenti;
dati-operazioni = chi ha lavorato sulle tue pratiche e quando.
dati-avviso = Nell’archivio ci sono anche dati riservati. Conservalo in un posto sicuro e non mandarlo per e-mail.
dati-scarica = Scarica l’archivio
dati-copia = Scarica tutta la pratica (PDF)
dati-pratica = Scarica i dati della pratica (JSON)
dati-copia-ufficio = Scarica la pratica (PDF, senza dati riservati)
dati-ufficio-titolo = Dati di una persona
dati-ufficio-menu = Dati personali
dati-ufficio-testo = Per rispondere a chi chiede i propri dati per iscritto. Le risposte su salute, convinzioni, reddito e conti non ci sono. Resta annotato chi scarica, e perché.
dati-codice = Codice fiscale
dati-codice-aiuto = Di chi ha chiesto i propri dati.
dati-codice-errato = Scrivi un codice fiscale di 16 caratteri.
dati-nessuno = Il portale non conserva dati di questa persona.
dati-motivo = Perché li scarichi
dati-motivo-aiuto = Per esempio il protocollo della richiesta. Da 5 a 500 caratteri.
