# Sezione informativa e consultazione delle pratiche.

informativa-titolo = Sezione informativa
informativa-testo = Segui le tue domande e leggi le risposte dell’ufficio.
informativa-consultazione = Consultazione pratiche
informativa-consultazione-testo = Stato, esito e documenti delle domande che hai inviato.

# Stati per il cittadino
stato-bozza = Bozza
stato-bozza-scaduta = Bozza scaduta
stato-inviata = Inviata
stato-ricevuta = Ricevuta
stato-in-lavorazione = In lavorazione
stato-da-completare = Da completare
stato-completata = Completata, in lavorazione
stato-preavviso = Preavviso di rigetto: puoi rispondere
stato-osservazioni = Osservazioni inviate
stato-accolta = Accolta
stato-accolta-parziale = Accolta in parte
stato-lista-attesa = In lista d’attesa
stato-respinta = Respinta
stato-ritirata = Ritirata da te
stato-annullata = Annullata dall’ufficio

# Tappe
tappa-inviata = Inviata
tappa-protocollata = Protocollata
tappa-in-carico = Presa in carico
tappa-integrazioni = L’ufficio ha chiesto di completarla
tappa-integrata = Completata
tappa-preavviso = Preavviso di rigetto
tappa-osservazioni = Osservazioni inviate
tappa-accolta = Accolta
tappa-accolta-parziale = Accolta in parte
tappa-lista-attesa = In lista d’attesa
tappa-respinta = Respinta
tappa-ritirata = Ritirata da te
tappa-annullata = Annullata dall’ufficio
tappa-esito = Esito
tappa-quando = { $data }, ore { $ora }
tappa-attesa-entro = Atteso entro il { $data }
tappa-fatta = (fatto)

# Elenco
consultazione-titolo = Consultazione pratiche
consultazione-elenco = Le tue pratiche, dalla più recente
consultazione-numero = Pratica
consultazione-modello = Domanda
consultazione-alunno = Alunno
consultazione-nessun-alunno = nessuno
consultazione-inviata-il = Inviata il
consultazione-stato = Stato
consultazione-risposta = Risposta entro
consultazione-nessuna-titolo = Nessuna iscrizione trovata
consultazione-nessuna-testo = Non troviamo iscrizioni a nome di { $nome }, { $cf }. Di solito succede perché la domanda è stata presentata dall’altro genitore.
consultazione-strade = Che cosa puoi fare
consultazione-strada-1 = Accedi con l’identità dell’altro genitore
consultazione-strada-1-testo = I dati si vedono solo con l’identità di chi ha presentato la domanda.
consultazione-strada-1-azione = Esci e accedi di nuovo
consultazione-strada-2 = Chiedi di essere collegato
consultazione-strada-2-testo = Chiedi una delega: l’altro genitore accede, apre Deleghe e scrive il tuo codice fiscale. Poi tu accetti. Oppure scrivi all’ufficio: { $indirizzo }.
consultazione-strada-3 = Contatta l’ufficio: { $ufficio }
consultazione-strada-3-testo = Telefono { $telefono }, { $orari }.
consultazione-strada-3-chiama = Chiama { $telefono }
consultazione-ancora = Devi ancora presentare la domanda?

# Dettaglio
consultazione-pratica = Pratica { $numero }
consultazione-di = { $titolo }: { $alunno }
consultazione-detto-inviata = La domanda è arrivata. Il numero di protocollo è in assegnazione. La risposta arriva entro il { $data }. Ora non devi fare nulla.
consultazione-detto-ricevuta = La domanda è arrivata e aspetta di essere esaminata. La risposta arriva entro il { $data }. Ora non devi fare nulla.
consultazione-detto-in-lavorazione = L’ufficio ({ $ufficio }) sta esaminando la domanda. La risposta arriva entro il { $data }. Ora non devi fare nulla.
consultazione-detto-da-completare = L’ufficio ({ $ufficio }) ti chiede di completare la domanda. Il tempo dell’ufficio per decidere è fermo finché non rispondi, al massimo 30 giorni.
consultazione-detto-completata = Hai completato la domanda. La risposta arriva entro il { $data }. Ora non devi fare nulla.
consultazione-detto-preavviso = L’ufficio ({ $ufficio }) pensa di non accogliere la domanda. Leggi il motivo: hai dieci giorni per rispondere.
consultazione-detto-osservazioni = La tua risposta è arrivata. L’ufficio la esamina e decide entro il { $data }. Ora non devi fare nulla.
consultazione-detto-accolta-parziale = La domanda è stata accolta in parte. Leggi qui sotto il motivo.
consultazione-detto-lista-attesa = La domanda va bene, ma i posti sono finiti. Sei in lista d’attesa: ti scriviamo se si libera un posto.
consultazione-detto-posto = Sei in lista d’attesa e ora c’è un posto. Non devi fare nulla: l’ufficio decide e ti scrive.
consultazione-detto-annullata = L’ufficio ({ $ufficio }) ha annullato la domanda. Leggi qui sotto il motivo.
consultazione-detto-respinta = La domanda non è stata accolta. Leggi qui sotto il motivo. Per chiarimenti contatta l’ufficio: { $ufficio }.
consultazione-detto-ritirata = Hai ritirato la domanda. Se ti serve ancora, puoi presentarne un’altra.
consultazione-motivo = Motivo della decisione
consultazione-nota = Nota dell’ufficio
consultazione-punto = A che punto è
consultazione-documenti = Documenti
consultazione-ricevuta = Ricevuta di presentazione (PDF, { $peso })
consultazione-ricevuta-attesa = La ricevuta è in preparazione.
consultazione-aggiorna = Aggiorna la pagina
consultazione-risposte = Che cosa hai dichiarato
consultazione-breve = In breve
consultazione-protocollo = Protocollo
consultazione-protocollo-n = n. { $numero } del { $data }
consultazione-protocollo-attesa = In assegnazione
consultazione-protocollo-emergenza = In assegnazione. Registro di emergenza n. { $numero }
consultazione-ultimo-giorno = Ultimo giorno per la risposta
consultazione-ufficio = Ufficio
consultazione-responsabile = Responsabile del procedimento
consultazione-ritira = Ritira la domanda
consultazione-ritira-titolo = Ritira la domanda
consultazione-ritira-testo = Stai per ritirare la pratica { $numero } per { $alunno }. L’ufficio non la esaminerà più; se sei in lista d’attesa, lasci il tuo posto. Non si può annullare.
consultazione-ritira-conferma = Ritira la domanda
consultazione-ritira-no = Torna alla pratica
consultazione-ritira-tardi-titolo = La domanda non si può più ritirare
consultazione-ritira-tardi-testo = L’ufficio ha già deciso, o la domanda era già ritirata. Apri la pratica per vedere a che punto è.

# Completare una domanda
integra-titolo = Completa la domanda
integra-motivo = Che cosa ti chiede l’ufficio
integra-entro = Puoi rispondere entro il { $data }.
integra-rispondi = Rispondi entro il { $data }
integra-risposta = La tua risposta
integra-risposta-aiuto = Scrivi quello che manca o che va corretto. Al massimo 4.000 caratteri.
integra-riaperte = Domande da rivedere
integra-riaperte-testo = Puoi cambiare solo queste risposte. Se una va bene, lasciala com’è.
integra-scrivi = Scrivi all’ufficio
integra-altre = A queste domande rispondi a parole:
integra-messaggio = Messaggio all’ufficio
integra-facoltativa = Facoltativo se cambi qualcosa qui sopra. Al massimo 4.000 caratteri.
integra-niente = Cambia una risposta o scrivi un messaggio
integra-dichiari = Con l’invio dichiari che le risposte sono vere, come per la domanda.
integra-aperte = Con quello che hai risposto ci sono altre domande qui sotto: guardale e invia di nuovo.
integra-mandato = Se cambi il conto, con l’invio autorizzi il Comune ad addebitare lì le rette (mandato SEPA).
integra-cambiate = Risposte cambiate
integra-chiesto = Che cosa ha chiesto l’ufficio
integra-file-di-nuovo = Gli allegati scelti ora non sono salvati: sceglili di nuovo.
integra-scaduta = Il tempo per rispondere è finito.
integra-manca = Scrivi la risposta
integra-lunga = Accorcia la risposta: al massimo 4.000 caratteri
integra-invia = Invia all’ufficio
integra-file-virus = (eliminato: conteneva un virus)
integra-salvata = Risposta salvata il { $data } alle { $ora }: l’ufficio la vede quando la invii. Resta qui finché l’ufficio la aspetta.
integra-altrove = Nel frattempo questa risposta è cambiata, in un’altra finestra o su un altro dispositivo. Qui sotto ci sono le tue parole e gli allegati che ci sono adesso: se sospendi o invii, sostituisce quella salvata.
integra-iniziata = Hai una risposta salvata il { $data } alle { $ora }: non è ancora inviata.
integra-file = Allegati (facoltativo)
integra-file-aiuto = PDF, JPEG, PNG: al massimo { $n } file, di { $mb } MB ciascuno.
integra-file-troppi = Al massimo { $n } allegati in tutto, con quelli già salvati
integra-file-dati = Allegati

# Rispondere a un preavviso di rigetto
osserva-titolo = Rispondi al preavviso
osserva-motivo = Perché l’ufficio pensa di non accogliere la domanda
osserva-osservazioni = Le tue osservazioni
osserva-aiuto = Scrivi perché la domanda va accolta. L’ufficio ne tiene conto prima di decidere. Al massimo 4.000 caratteri.
osserva-risposta = Che cosa risponde l’ufficio

# Documenti dell’ufficio
provvedimento-titolo = Documenti in uscita
provvedimento-del = { $cosa } del { $data }
provvedimento-numero = protocollo n. { $numero }
provvedimento-numero-attesa = protocollo in assegnazione
provvedimento-peso = PDF, { $peso }
provvedimento-attesa = Il documento è in preparazione.
provvedimento-aperto = Aperto dal cittadino il { $data } alle { $ora }
provvedimento-accolta = Accoglimento
provvedimento-accolta-parziale = Accoglimento in parte
provvedimento-lista-attesa = Inserimento in lista d’attesa
provvedimento-respinta = Rigetto
provvedimento-annullata = Annullamento
provvedimento-altro = Comunicazione

duplica-link = Duplica per il nuovo anno: { $titolo }
duplica-titolo = Duplica per il nuovo anno
duplica-testo = Prepariamo una bozza di { $titolo } con le risposte ancora valide. Date, dati riservati, dichiarazioni e file non si copiano. Controlla ogni pagina prima di inviare.
duplica-conferma = Prepara la bozza
duplica-bozza-testo = Hai già una bozza di { $titolo }. La apri com’è: non copiamo nulla.
duplica-bozza-apri = Apri la bozza
