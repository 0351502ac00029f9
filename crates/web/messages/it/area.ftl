# Area personale.

area-schede = Sezioni dell’area personale
area-scrivania = Scrivania
area-messaggi = Messaggi
area-attivita = Attività
area-documenti = Documenti
area-figli = Figli

# Scrivania
area-da-fare = Da fare
area-niente-da-fare = Non hai nulla da fare adesso. Se ti serve un servizio, presenta una domanda.
area-rispondi = L’ufficio aspetta una tua risposta.
area-rispondi-entro = Rispondi entro il { $data }.
area-fai-rispondi = Leggi e rispondi: pratica { $numero }
area-paga = Retta di { $mese }, { $alunno }
area-paga-entro = { $importo } da pagare entro il { $data }.
area-fai-paga = Vai al pagamento: retta di { $mese }
area-bozza = Bozza: { $titolo }
area-bozza-fino = Viene cancellata dopo il { $data }.
area-fai-riprendi = Riprendi: { $titolo }
area-da-leggere = { $n ->
    [one] 1 messaggio da leggere.
   *[other] { $n } messaggi da leggere.
}
area-fai-leggi = Leggi: pratica { $numero }
area-ultimi-messaggi = Ultimi messaggi
area-tutti-messaggi = Tutti i messaggi
area-ultime-attivita = Ultime attività
area-tutte-attivita = Tutte le attività
area-inviata-il = Inviata il { $data }
area-nessun-messaggio = Non ci sono messaggi. Puoi scrivere all’ufficio dalla pagina di ogni domanda.
area-nessuna-attivita = Non troviamo domande a tuo nome. Di solito succede perché la domanda è stata presentata dall’altro genitore.
area-che-fare = Che cosa puoi fare

# Messaggi
area-messaggi-elenco = I tuoi messaggi con l’ufficio, dal più recente
area-ultimo = Ultimo
area-scegli-domanda = Scegli una domanda

# Ricerca tra le attività
filtro-titolo = Cerca tra le domande
filtro-stato = Stato
filtro-anno = Anno
filtro-figlio = Figlio
filtro-parola = Parola o numero
filtro-tutti = Tutti
filtro-cerca = Cerca
filtro-togli = Mostra tutte
filtro-nessuna = Nessuna domanda corrisponde. Togli una parte della ricerca.

# Documenti
area-nessun-documento = Non c’è ancora nessun documento. Ricevute e fatture arrivano qui dopo la prima domanda.
area-ricevuta = Ricevuta della pratica { $numero }
area-provvedimento = { $cosa }, pratica n. { $numero }
area-documento-pdf = { $data } (PDF, { $peso })

# Figli
area-nessun-figlio = Non troviamo iscrizioni a tuo nome. Di solito succede perché la domanda è stata presentata dall’altro genitore.
area-servizio-mensa = Mensa scolastica
area-servizio-anno = { $servizio }, A.S. { $anno }
area-scuola-classe = { $scuola }, { $classe }
area-dal-al = Dal { $dal } al { $al }.
area-iscrizione-attiva = Iscrizione attiva.
area-iscrizione-cessata = Iscrizione terminata.
area-vedi-domanda = Vedi la domanda
area-menu-domanda = Menu secondo la domanda
area-chi-vede = Chi altro vede questi dati
area-nessuno-vede = Nessun altro li vede. Con una delega puoi farli vedere all’altro genitore.
area-vede = { $nome } può vedere, fino al { $data }.
area-vede-paga = { $nome } può vedere e pagare, fino al { $data }.
area-vede-agisce = { $nome } può vedere, pagare e agire a tuo nome, fino al { $data }.
area-gestisci-deleghe = Gestisci le deleghe

# Profilo
area-profilo = Profilo
profilo-dati = I tuoi dati
profilo-nome = Nome
profilo-cf = Codice fiscale
profilo-dati-aiuto = Arrivano dalla tua identità digitale a ogni accesso: qui non si cambiano.
profilo-contatti = Contatti
profilo-email = E-mail
profilo-senza-email = Nessun indirizzo
profilo-confermata = Confermato il { $data }
profilo-non-confermata = Non ancora confermato
profilo-attesa = Abbiamo mandato un codice a { $indirizzo }. Vale fino alle { $ora }.
profilo-scrivi-codice = Scrivi il codice
profilo-nuova-email = Nuovo indirizzo e-mail
profilo-nuova-email-aiuto = Mandiamo lì un codice di 6 cifre. Scrivilo qui per confermare l’indirizzo.
profilo-manda-codice = Manda il codice
profilo-errore-email = Scrivi un indirizzo e-mail, come nome@esempio.it
profilo-errore-troppi = Oggi hai chiesto già { $n } codici. Riprova domani
profilo-errore-finito = Il codice non vale più. Chiedine un altro
profilo-errore-codice = { $n ->
    [one] Il codice non è giusto. Hai ancora 1 tentativo
   *[other] Il codice non è giusto. Hai ancora { $n } tentativi
}
profilo-codice-titolo = Conferma l’indirizzo
profilo-codice-testo = Scrivi il codice che abbiamo mandato a { $indirizzo }. Può servire qualche minuto.
profilo-codice = Codice
profilo-codice-aiuto = 6 cifre
profilo-conferma = Conferma
profilo-torna = Torna al profilo
profilo-fatto-indirizzo = L’indirizzo è confermato: gli avvisi arrivano lì.
profilo-avvisi = Avvisi
profilo-come = Come vuoi sapere delle novità
profilo-per-email = Per e-mail
profilo-solo-area = Solo nell’area personale
profilo-solo-area-aiuto = Non ti scriviamo, tranne la ricevuta delle domande che invii. Ricordati di controllare la Scrivania.
profilo-salva = Salva la scelta
profilo-fatto-avvisi = La scelta è salvata.
profilo-lingua = Lingua
profilo-lingua-testo = Stai leggendo in italiano. Cambia:
profilo-accessi = Ultimi accessi
profilo-nessun-accesso = Non ci sono accessi da mostrare.
profilo-sessioni = Accessi aperti adesso: controlla e chiudi
profilo-deleghe = Deleghe
profilo-deleghe-testo = Chi può vedere, pagare o agire a tuo nome.
