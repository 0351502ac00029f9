# Registro di protocollo, pagine dell'ufficio.

ufficio-menu-protocollo = Protocollo
protocollo-titolo = Registro di protocollo
protocollo-testo = Ogni domanda inviata ha qui la sua registrazione. Niente si cancella: una registrazione sbagliata si annulla e resta leggibile.
protocollo-giornalieri-vai = Registri giornalieri
protocollo-cerca-campo = Numero o nome
protocollo-dal = Registrata dal
protocollo-al = Registrata fino al
protocollo-giorno-errato = Scrivi il giorno, per esempio 01/09/2026
protocollo-quali = Quali registrazioni
protocollo-tutte = Tutte
protocollo-solo-annullate = Solo le annullate
protocollo-niente = Nessuna registrazione corrisponde alla ricerca.
protocollo-vuoto = Il registro è vuoto.
protocollo-elenco = { $total ->
    [one] 1 registrazione, dalla più recente
   *[other] { $total } registrazioni, dalla più recente
 }
protocollo-numero = Numero
protocollo-stato = Stato
protocollo-valida = Valida
protocollo-annullata = Annullata
protocollo-voce = Registrazione { $numero }
protocollo-dati = Dati della registrazione
protocollo-registro = Registro (AOO)
protocollo-registrata = Registrata
protocollo-presentata = Presentata
protocollo-mittente = Mittente
protocollo-uscita = In uscita, a { $nome }
protocollo-oggetto = Oggetto
protocollo-classificazione = Titolo e classe
protocollo-fascicolo = Fascicolo
protocollo-impronta = Impronta SHA-256
protocollo-pratiche = Pratiche della registrazione
protocollo-annullo-titolo = Registrazione annullata
protocollo-annullata-il = Quando
protocollo-annullata-da = Chi l’ha annullata
protocollo-annulla-titolo = Annulla la registrazione
protocollo-annulla-testo = La registrazione resta nel registro con la dicitura «annullata». Non si può tornare indietro. Le pratiche non cambiano.
protocollo-annulla = Annulla la registrazione
protocollo-annulla-fatto = La registrazione è annullata.
protocollo-annulla-tardi = Questa registrazione non si può annullare qui: è già annullata, oppure sta nel protocollo dell’ente.
protocollo-motivo = Motivo
protocollo-motivo-aiuto = Per esempio: la stessa domanda è registrata due volte.
protocollo-motivo-manca = Scrivi il motivo, al massimo { $max } caratteri
protocollo-atto = Provvedimento che autorizza
protocollo-atto-aiuto = Per esempio: Determina n. 41 del 3 settembre 2026.
protocollo-atto-manca = Scrivi gli estremi del provvedimento, al massimo { $max } caratteri
protocollo-giornalieri = Registri giornalieri
protocollo-giornalieri-testo = Per ogni giorno con registrazioni o annullamenti c’è un documento che non cambia più. Ognuno riporta l’impronta di quello prima. Va in conservazione entro il giorno lavorativo seguente.
protocollo-giornalieri-vuoti = Non c’è ancora nessun registro giornaliero.
protocollo-giornalieri-elenco = Registri giornalieri, dal più recente
protocollo-giorno = Giorno
protocollo-progressivo = Progressivo
protocollo-contenuto = Contenuto
protocollo-giornaliero-voci = Registrazioni: { $registrate }. Annullamenti: { $annullate }.
protocollo-giornaliero-numeri = Numeri da { $primo } a { $ultimo }
protocollo-giornaliero-nessuno = Nessun numero nuovo

emergenza-vai = Registro di emergenza
emergenza-titolo = Registro di emergenza
emergenza-testo = Il protocollo dell’ente dà i numeri da solo, appena risponde. Se non risponde a lungo, il responsabile apre un’interruzione: da quel momento le domande ricevono un numero del registro di emergenza. La data che conta resta quella dell’invio.
emergenza-attesa = { $quante ->
    [one] 1 domanda aspetta il numero di protocollo, dal { $dal }.
   *[other] { $quante } domande aspettano il numero di protocollo, la prima dal { $dal }.
 }
emergenza-attesa-niente = Nessuna domanda aspetta il numero di protocollo.
emergenza-apri-titolo = Apri un’interruzione
emergenza-apri-testo = Le domande in attesa entrano subito nel registro di emergenza. L’autorizzazione vale al massimo una settimana.
emergenza-apri = Apri l’interruzione
emergenza-apri-tardi = Ora non si può aprire: un’interruzione è già aperta, oppure nessuna domanda aspetta da almeno 15 minuti.
emergenza-aperta = L’interruzione è aperta. Le domande ricevono un numero del registro di emergenza.
emergenza-causa = Causa
emergenza-causa-aiuto = Per esempio: guasto del fornitore del protocollo.
emergenza-causa-manca = Scrivi la causa, al massimo { $max } caratteri
emergenza-chiudi-titolo = Interruzione in corso
emergenza-chiudi-testo = Quando il protocollo funziona di nuovo, chiudi l’interruzione: le domande vengono riportate nel protocollo con il numero di emergenza e la data dell’invio.
emergenza-chiudi = Il protocollo funziona di nuovo
emergenza-chiudi-tardi = Questa interruzione è già chiusa.
emergenza-chiusa = L’interruzione è chiusa. Le domande vengono riportate nel protocollo.
emergenza-elenco-attesa = Domande che aspettano il numero, dalla più vecchia
emergenza-numero = Numero di emergenza
emergenza-nessun-numero = Nessuno
emergenza-in-attesa = In attesa
emergenza-rifiutata = Il protocollo la rifiuta
emergenza-elenco-voci = Registro di emergenza, dalla voce più recente
emergenza-riportata = Numero di protocollo
emergenza-da-riportare = Da riportare
emergenza-elenco-interruzioni = Interruzioni, dalla più recente
emergenza-inizio = Inizio
emergenza-fine = Fine
emergenza-in-corso = In corso
emergenza-dichiarata = Chi l’ha dichiarata
emergenza-voci = Voci: { $voci }. Riportate: { $riportate }.
