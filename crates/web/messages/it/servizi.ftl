# List of services, search, service card.
servizi-sommario = Cerca un servizio o scegli dall’elenco.
servizi-tutti = Tutti i servizi
servizi-trovati = { $quanti ->
    [0] Nessun risultato per «{ $parole }»
    [one] Un risultato per «{ $parole }»
   *[other] { $quanti } risultati per «{ $parole }»
}
servizi-prova = Prova con una parola più semplice, per esempio «mensa». Oppure chiedi all’ufficio.
servizi-nessuno = Per ora questo comune non offre servizi online qui.
servizi-categorie = Categorie
categoria-educazione = Educazione e formazione
categoria-educazione-testo = Servizi per la scuola, i bambini e le famiglie.
argomento-istruzione = Istruzione
argomento-famiglie = Famiglie
scheda-attivo = Servizio attivo
scheda-non-attivo = Servizio non attivo ora.
scheda-indice = Indice della pagina
scheda-a-chi = A chi è rivolto
scheda-come-fare = Come fare
scheda-cosa-serve = Cosa serve
scheda-cosa-ottiene = Cosa si ottiene
scheda-tempi = Tempi e scadenze
scheda-costi = Costi
scheda-accedi = Accedi al servizio
scheda-condizioni = Condizioni di servizio
scheda-contatti = Contatti
scheda-argomenti = Argomenti
scheda-risposta = { $giorni ->
    [one] L’ufficio risponde al massimo entro 1 giorno dalla domanda.
   *[other] L’ufficio risponde al massimo entro { $giorni } giorni dalla domanda.
}
scheda-vai-modello = Vai al modello
scheda-costo-domanda = Costo della domanda: { $costo }.
scheda-tempi-modello = La domanda si presenta nel periodo indicato qui sotto.
scheda-condizioni-dichiarazione = Le informazioni che dai nella domanda hanno valore di dichiarazione.
mensa-titolo = Mensa scolastica
mensa-descrizione = Il pasto a scuola per i bambini della scuola dell’infanzia e della primaria.
mensa-rivolto-1 = Ai genitori, ai tutori e agli affidatari dei bambini iscritti alle scuole del comune.
mensa-rivolto-2 = Presenta la domanda chi poi paga le rette.
mensa-come-1 = Scegli il modello e premi Avvia pratica. Accedi con la tua identità digitale e rispondi alle domande.
mensa-come-2 = Puoi fermarti quando vuoi con Sospendi e riprendere da un altro dispositivo.
mensa-come-3 = Alla fine premi Invia. Ricevi subito il numero della pratica e la ricevuta.
mensa-serve-1 = l’identità digitale (SPID o CIE) del genitore che paga le rette;
mensa-serve-2 = il codice fiscale di ogni figlio da iscrivere;
mensa-serve-3 = l’IBAN, se scegli l’addebito sul conto;
mensa-serve-4 = il certificato del medico, solo per una dieta sanitaria.
mensa-ottieni-1 = L’iscrizione alla mensa per un anno scolastico.
mensa-ottieni-2 = Ogni figlio ha la sua pratica e il suo numero.
mensa-tempi-1 = La domanda si presenta ogni anno, nel periodo indicato qui sotto.
mensa-costi-1 = La domanda è gratuita e non serve la marca da bollo.
mensa-costi-2 = Il costo del pasto dipende dall’ISEE e da dove abiti. Senza ISEE si paga la tariffa massima. Chiedi gli importi all’ufficio.
mensa-condizioni-1 = L’iscrizione vale per l’anno scolastico indicato nel modello.
