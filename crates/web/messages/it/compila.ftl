# Compilazione di una domanda: bozza, pagine, riepilogo, conferma.

# Parti comuni
compila-passi = Passi della domanda
compila-passo = Passo { $n } di 4
compila-passo-privacy = Informativa sulla privacy
compila-passo-dati-generali = Dati generali
compila-passo-preferenze = Preferenze di servizio
compila-passo-riepilogo = Riepilogo
compila-passo-fatto = (completato)
compila-avanti = Avanti
compila-sospendi = Sospendi
compila-indietro = Indietro
compila-errore = Errore:
compila-problema = C’è un problema
compila-avvisi = Da controllare
compila-avvisi-testo = Puoi andare avanti lo stesso. Se il dato è giusto, lascialo com’è.
compila-bozza = La tua bozza
compila-bozza-testo = Salvata il { $data } alle { $ora }. Puoi premere Sospendi in ogni momento e riprendere dopo.
compila-entro = Da inviare entro il { $giorno }.
compila-finita = Il periodo per inviarla è finito: contatta l’ufficio.
compila-bozza-tempo = Dopo { $minuti } minuti senza premere un pulsante l’accesso scade. Quello che hai salvato resta.
compila-elimina-link = Elimina la bozza
compila-pagine-link = Tutte le pagine della domanda

# Elenco delle pagine
compila-elenco-testo = Compila le pagine nell’ordine che preferisci. Salviamo ogni pagina quando premi Avanti o Sospendi.
compila-da-fare = Da fare
compila-in-corso = In corso
compila-completato = Completato
compila-continua = Continua
compila-vai-riepilogo = Vai al riepilogo
compila-riepilogo-attesa = Si apre quando hai completato le altre pagine.

# Campi
campo-facoltativo = (facoltativo)
campo-si = Sì
campo-no = No
campo-giorno = Giorno
campo-mese = Mese
campo-anno = Anno
campo-scegli = Scegli
campo-non-indicato = Non indicato
campo-era = prima:
campo-da-spid = dal tuo accesso
campo-da-famiglia = dai dati della tua famiglia
campo-da-domanda = dalla tua ultima domanda
campo-da-registro = dai registri del comune
campo-calcolato = calcolato dalle tue risposte
campo-file-limite = { $formati }, al massimo { $mb } MB.
campo-file-presente = File già caricato:
campo-file-sostituisci = Per sostituirlo scegli un altro file.
campo-file-in-controllo = (non ancora controllato: il controllo antivirus è in corso)
campo-file-non-controllato = (non controllato: qui non c’è un antivirus)
campo-file-eliminato = (eliminato: conteneva un virus. Contatta l’ufficio per consegnarne una copia)
campo-file-scartato = (eliminato: il tempo di conservazione è finito)
campo-file-riusa-titolo = Usa un documento che hai già consegnato
campo-file-riusa = Usa questo
campo-file-riusa-quale = { $nome } ({ $fatti }), consegnato il { $data } con la pratica { $numero }
campo-file-rimuovi = Rimuovi
campo-file-rimuovi-nome = il file { $nome }
campo-lungo-limite = Al massimo { $max } caratteri.

# Gruppi ripetuti
compila-riga = { $nome } { $n }
compila-riga-titolo = { $nome } { $n }: { $titolo }
compila-aggiungi = Aggiungi { $nome }
compila-aggiungi-noto = Aggiungi { $titolo }
compila-noti = Nomi che conosciamo già
compila-noti-testo = Scegli chi vuoi aggiungere alla domanda: ritrovi i dati già scritti.
compila-rimuovi = Rimuovi
compila-rimuovi-riga = { $titolo } dalla domanda
compila-gruppo-inizia = Premi «Aggiungi { $nome }» e scrivi i dati. Puoi aggiungerne più di uno.
compila-gruppo-vuoto = Qui non c’è ancora nulla. Torna indietro e aggiungi { $nome }.
compila-gruppo-pieno = Hai raggiunto il numero massimo.

# Che cosa non va in un campo
campo-nome = «{ $etichetta }»
campo-nome-riga = «{ $etichetta }» di { $riga }
campo-manca-testo = Scrivi { $campo }
campo-manca-scelta = Scegli una risposta per { $campo }
campo-manca-file = Carica il file { $campo }
campo-manca = Completa { $campo }
campo-lungo = Accorcia { $campo }: al massimo { $max } caratteri
campo-non-valido = Scegli una delle risposte proposte per { $campo }
campo-classe-altrove = Scegli per { $campo } una classe della scuola indicata sopra
campo-cf-corto = Scrivi { $campo }: { $n ->
    [one] manca 1 carattere
   *[other] mancano { $n } caratteri
}
campo-cf-lungo = Scrivi { $campo } con 16 caratteri: { $n ->
    [one] c’è 1 carattere in più
   *[other] ci sono { $n } caratteri in più
}
campo-cf-errato = Controlla { $campo }: una lettera o una cifra non è giusta. Copialo dalla tessera sanitaria
campo-piva-errata = Controlla { $campo }: una delle 11 cifre non è giusta
campo-iban-errato = Controlla { $campo }: manca o è sbagliato un carattere. Lo trovi sull’estratto conto
campo-iban-paese = Scrivi in { $campo } un conto di un paese dell’area SEPA
campo-email-errata = Scrivi { $campo } come nell’esempio nome@esempio.it
campo-telefono-errato = Scrivi { $campo } con le sole cifre, per esempio 333 123 4567
campo-cap-errato = Scrivi { $campo } con 5 cifre
campo-data-errata = Scrivi { $campo } con giorno, mese e anno, per esempio 27 3 2018
campo-anno-cifre = Scrivi l’anno di { $campo } con 4 cifre
campo-data-futura = Scrivi in { $campo } una data non futura
campo-importo-errato = Scrivi { $campo } in euro, per esempio 12345,67
campo-numero-errato = Scrivi { $campo } con le sole cifre
campo-numero-limiti = { $campo }: da { $min } a { $max }
campo-codice-errato = Controlla { $campo }: si scrive come { $esempio }
campo-comune-sconosciuto = { $campo }: non troviamo un comune con questo nome. Controlla come è scritto
campo-comune-omonimo = { $campo }: più comuni hanno questo nome. Aggiungi la provincia, per esempio { $esempio }
campo-accetta = Spunta la casella { $campo } per andare avanti
campo-file-grande = Scegli per { $campo } un file più piccolo: al massimo { $max } MB
campo-file-tipo = Scegli per { $campo } un file PDF, JPEG o PNG
campo-file-enorme = Scegli per { $campo } un file più leggero: questo, aperto, occupa troppa memoria. Salvalo o fotografalo con una risoluzione più bassa
campo-file-protetto = Scegli un altro file per { $campo }: questo PDF è protetto con una password. Stampalo su carta o in PDF e carica la copia
campo-file-attivo = Scegli un altro file per { $campo }: questo PDF contiene altri file o avvia programmi. Stampalo in PDF e carica la copia; carica a parte i file che contiene
campo-file-doppio = Scegli un altro file per { $campo }: questo contiene anche qualcosa di diverso da un documento. Salvalo di nuovo come PDF, JPEG o PNG
campo-file-di-nuovo = Scegli di nuovo il file per { $campo }: andava bene, ma non è stato inviato
campo-file-virus = Scegli un altro file per { $campo }: in quello che hai caricato c’è un virus e lo abbiamo eliminato
campo-file-rotto = Scegli un altro file per { $campo }: questo è vuoto o non si apre
campo-righe-poche = { $min ->
    [one] Aggiungi almeno una voce in { $campo }
   *[other] Aggiungi almeno { $min } voci in { $campo }
}
campo-controllo = { $campo }: { $messaggio }

# Che cosa è insolito, senza bloccare
avviso-codice-insolito = { $campo } di solito è scritto come { $esempio }: controlla di averlo copiato bene.
avviso-cf-diverso = { $campo } non corrisponde a nome, cognome o data di nascita.

# Bozza salvata
compila-sospesa-titolo = Bozza salvata
compila-sospesa-testo = Bozza salvata il { $data } alle { $ora }.
compila-sospesa-non-inviata = La domanda non è ancora inviata.
compila-sospesa-come = Come riprendere
compila-sospesa-come-1 = Accedi da qualsiasi computer o telefono.
compila-sospesa-come-2 = Apri Pratiche, poi Bozze (pratiche sospese).
compila-sospesa-come-3 = Scegli la tua bozza e premi Riprendi.
compila-sospesa-fino = La bozza viene cancellata dopo il { $fino }.
compila-riprendi = Riprendi ora
compila-torna-pratiche = Torna a Pratiche

# La stessa bozza salvata altrove
compila-conflitto-titolo = La bozza è cambiata nel frattempo
compila-conflitto-testo = Questa pagina è stata salvata da un’altra finestra o da un altro dispositivo. Non abbiamo sovrascritto nulla. Scegli per ogni risposta quale versione tenere.
compila-conflitto-campo = { $riga }, { $campo }
compila-conflitto-salvata = Già salvato: { $risposta }
compila-conflitto-scritta = Scritto ora: { $risposta }
compila-conflitto-tolta = { $riga } (tolto nel frattempo)
compila-conflitto-lascia = Lascia tolto
compila-conflitto-rimetti = Rimetti con quello che ho scritto
compila-conflitto-file = Scegli di nuovo il file: una pagina non può conservarlo.
compila-conflitto-salva = Salva le mie scelte
compila-conflitto-tieni-altra = Lascia tutto com’è salvato

# Il modello è cambiato
compila-novita-titolo = Il modello è cambiato
compila-novita-testo = Il modello è cambiato il { $data }. Le tue risposte sono conservate: { $n ->
    [one] riguarda questa pagina.
   *[other] riguarda { $n } pagine.
}
compila-pagina-tolta = Quella pagina non fa più parte della domanda. Quello che avevi salvato è conservato: continua da qui.
compila-da-parte-titolo = Risposte messe da parte
compila-da-parte-testo = Il nuovo modello non chiede più queste risposte. Non saranno inviate: restano qui perché tu possa rileggerle.

# Elimina
compila-elimina-titolo = Elimina la bozza
compila-elimina-testo = Stai per eliminare la bozza «{ $titolo }» con tutti i dati e i file. Non si può annullare.
compila-elimina-conferma = Elimina per sempre
compila-elimina-no = Torna alla bozza

# Bozze
compila-bozze-titolo = Bozze (pratiche sospese)
compila-bozze-testo = Qui trovi le domande che hai iniziato e non hai ancora inviato.
compila-bozze-nessuna = Non hai bozze. Quando premi Sospendi, la domanda resta qui.
compila-bozze-apri = Vai ad Apertura pratiche
compila-bozze-salvata = Salvata il { $data } alle { $ora }
compila-bozze-riprendi = Riprendi
compila-bozze-elimina = Elimina

# Riepilogo e invio
compila-riepilogo-titolo = Riepilogo
compila-riepilogo-testo = Le informazioni che hai fornito hanno valore di dichiarazione. Verifica che siano corrette.
compila-modifica-gruppo = Modifica { $gruppo }
compila-pratiche = { $n ->
    [one] Con Invia presenti 1 pratica.
   *[other] Con Invia presenti { $n } pratiche, una per ogni figlio.
}
compila-manca = Che cosa manca
compila-prima = Prima di inviare
compila-dichiaro = Dichiaro che i dati sono veri e accetto le condizioni del servizio
compila-dichiaro-aiuto = Chi dichiara il falso perde il beneficio e risponde per legge (D.P.R. 445/2000, articoli 75 e 76).
compila-invia = Invia
compila-non-dichiarato = Spunta la casella «Dichiaro che i dati sono veri» per inviare
compila-cambiata = La bozza è cambiata dopo che l’hai aperta. Ricontrolla il riepilogo e premi Invia.
compila-con-problemi = Mancano alcune risposte. Completa i punti qui sotto, poi premi Invia.
compila-da-rivedere = Il modello è cambiato: riguarda le pagine indicate e premi Avanti in ognuna, poi invia.
compila-finestra-chiusa = Il periodo per presentare la domanda è finito. La tua bozza è conservata: contatta l’ufficio per sapere che cosa fare.
compila-doppione = Hai già presentato questa domanda per lo stesso figlio e lo stesso anno. La trovi in Consultazione pratiche.

# Conferma
compila-inviata-titolo = Richiesta inviata
compila-inviata-testo = Abbiamo ricevuto la domanda di { $nomi }. Non devi fare altro.
compila-inviata-testo-sola = Abbiamo ricevuto la domanda. Non devi fare altro.
compila-inviata-codice = Quando ricevi il codice fiscale di { $nome }, comunicalo all’ufficio: lo aggiunge lui alla domanda.
compila-inviata-numero = Numero della pratica
compila-elenco-nomi = { $primi } e { $ultimo }
compila-inviata-pratica = Pratica di { $nome }
compila-inviata-protocollo = Protocollo
compila-inviata-protocollo-n = n. { $numero } del { $data }, ore { $ora }
compila-inviata-protocollo-attesa = In assegnazione. La domanda vale dal { $data }, ore { $ora }.
compila-inviata-protocollo-emergenza = In assegnazione. Registro di emergenza n. { $numero }. La domanda vale dal { $data }, ore { $ora }.
compila-inviata-email = La ricevuta va a
compila-inviata-consulta = Consulta la richiesta
compila-inviata-consulta-tutte = Consulta le richieste
compila-ricevuta = Scarica la ricevuta (PDF, { $peso })
compila-ricevuta-attesa = La ricevuta è in preparazione. Te la mandiamo anche per e-mail.
compila-aggiorna = Aggiorna la pagina
compila-dopo = Cosa succede ora
compila-dopo-1 = Richiesta ricevuta
compila-dopo-1-testo = { $data }, ore { $ora }. Vale da questo momento.
compila-dopo-2 = L’ufficio la esamina
compila-dopo-2-testo = L’ufficio ({ $ufficio }) la prende in carico. Se manca qualcosa, ti scrive.
compila-dopo-3 = Ricevi la risposta
compila-dopo-3-testo = Entro il { $data }, per e-mail e in Consultazione pratiche.

# Mandato
mandato-titolo = Che cosa autorizzi con il mandato
mandato-testo = Creditore: { $creditore }, identificativo { $codice }. Autorizzi il creditore a chiedere alla tua banca l’addebito delle rette sul tuo conto, e la tua banca a eseguirlo come il creditore le indica. È un mandato SEPA per addebiti ricorrenti (schema Core).
mandato-rimborso = Hai diritto di farti rimborsare dalla tua banca alle condizioni del contratto che hai con lei: la richiesta va fatta entro 8 settimane dal giorno dell’addebito.
mandato-riferimento = Il riferimento del mandato (UMR) nasce quando la domanda è accolta e sta su ogni retta.
