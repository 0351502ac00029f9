# Pagine dell'ufficio.

ufficio-nome = Ufficio
ufficio-salta = Vai ai contenuti
ufficio-esci = Esci
ufficio-demo = DIMOSTRAZIONE
ufficio-menu = Menu dell’ufficio
ufficio-menu-pratiche = Pratiche
ufficio-benvenuto = Benvenuto
ufficio-benvenuto-testo = Il tuo ruolo non apre nessuna area di lavoro.
ufficio-benvenuto-ruoli = Chi installa il portale assegna i ruoli dalla riga di comando.
ufficio-percorso = Percorso di navigazione
ufficio-piede-accessibilita = Dichiarazione di accessibilità
ufficio-piede-portale = Portale dei cittadini

# Stati per l'ufficio
ufficio-stato-da-protocollare = Da protocollare
ufficio-stato-da-assegnare = Da assegnare
ufficio-stato-assegnata-a = Assegnata a { $chi }, da prendere in carico
ufficio-stato-in-carico = In carico
ufficio-stato-in-carico-a = In carico a { $chi }
ufficio-stato-attesa-integrazioni = Attesa integrazioni
ufficio-stato-integrata = Integrata
ufficio-stato-preavviso = Preavviso
ufficio-stato-osservazioni = Osservazioni da valutare
ufficio-stato-accolta = Accolta
ufficio-stato-accolta-parziale = Accolta in parte
ufficio-stato-lista-attesa = In lista d’attesa
ufficio-stato-respinta = Respinta
ufficio-stato-ritirata = Ritirata dal cittadino
ufficio-stato-annullata = Annullata

# Coda
ufficio-coda-titolo = Coda di lavoro
ufficio-filtri = Filtri salvati
ufficio-filtro-aperte = Tutte aperte
ufficio-filtro-da-assegnare = Da assegnare
ufficio-filtro-mie = Mie
ufficio-filtro-in-scadenza = In scadenza
ufficio-filtro-protocollo = Protocollo in errore
ufficio-filtro-chiuse = Chiuse
ufficio-filtro-tutte = Tutte
ufficio-filtro-altri = Altri filtri e ordine
ufficio-filtro-ogni = Tutti
ufficio-filtro-chiunque = Chiunque
ufficio-filtro-plesso = Scuola
ufficio-filtro-dal = Inviata dal
ufficio-filtro-al = Inviata fino al
ufficio-filtro-applica = Applica i filtri
ufficio-filtro-togli = Togli i filtri
ufficio-ordine = In ordine di
ufficio-ordine-giu = Dall’ultima alla prima
ufficio-cerca-dove = Cerca in tutte le pratiche, anche chiuse.
ufficio-cerca-campo = Numero della pratica o nome
ufficio-cerca = Cerca
ufficio-cerca-togli = Togli la ricerca
ufficio-coda-elenco = { $filtro }: { $total ->
    [one] 1 pratica
   *[other] { $total } pratiche
}
ufficio-coda-elenco-oltre = { $filtro }: più di { $total } pratiche. Restringi con i filtri per vederle tutte.
ufficio-coda-vuota = Nessuna pratica in questo filtro.
ufficio-coda-vuota-cerca = Nessuna pratica trovata. Prova con il solo cognome, o cambia filtro.
ufficio-col-pratica = Pratica
ufficio-col-modello = Modello
ufficio-col-alunno = Alunno
ufficio-col-inviata = Inviata
ufficio-col-termine = Termine
ufficio-col-stato = Stato
ufficio-col-assegnata = Assegnata a
ufficio-da-richiedente = da { $chi }
ufficio-nessuno = nessuno
ufficio-giorni = { $n ->
    [one] 1 giorno
   *[other] { $n } giorni
}
ufficio-oggi = Oggi
ufficio-scaduta = { $n ->
    [one] Scaduta da 1 giorno
   *[other] Scaduta da { $n } giorni
}
ufficio-pagine = Pagine della coda
ufficio-pagina-di = Pagina { $n } di { $tutte }
ufficio-precedente = Precedente
ufficio-successiva = Successiva

# Pratica
ufficio-pratica = Pratica { $numero }
ufficio-pratica-titolo = { $alunno }, { $titolo }
ufficio-pratica-sotto = Pratica { $numero } · presentata da { $richiedente }
ufficio-fatto-stato = stato
ufficio-fatto-termine = termine, { $data }
ufficio-fatto-assegnata = assegnata a
ufficio-fatto-protocollo = protocollo, { $data }
ufficio-fatto-protocollo-attesa = protocollo
ufficio-protocollo-attesa = In assegnazione
ufficio-protocollo-emergenza = In assegnazione (emergenza n. { $numero })
ufficio-avvisi-titolo = { $n ->
    [one] 1 avviso da guardare prima di decidere
   *[other] { $n } avvisi da guardare prima di decidere
}
ufficio-diverso-persona = { $campo }: la domanda dice { $risposta }, l’identità digitale o il profilo di { $persona } dicono altro.
ufficio-scaduti = { $n ->
    [one] { $persona } ha 1 pagamento scaduto: chiedi alla ragioneria.
   *[other] { $persona } ha { $n } pagamenti scaduti: chiedi alla ragioneria.
}
ufficio-anno-prima = { $n ->
    [0] Nessuna risposta diversa dalla domanda { $numero } per il { $anno }.
    [one] 1 risposta diversa dalla domanda { $numero } per il { $anno }
   *[other] { $n } risposte diverse dalla domanda { $numero } per il { $anno }
}
ufficio-anno-prima-limite = I dati riservati e i file non si confrontano.
ufficio-anno-prima-apri = Apri la domanda { $numero }
ufficio-contesa = C’è un’altra domanda viva per lo stesso alunno, servizio e anno scolastico. Controllale insieme prima di decidere.
ufficio-riservati = Dati riservati
ufficio-riservati-testo = Questa domanda contiene dati protetti. Ogni lettura è registrata con il motivo.
ufficio-riservati-non-puoi = Il tuo ruolo non può leggerli.
ufficio-riservati-motivo = Perché ti servono
ufficio-riservati-apri = Mostra i dati riservati
ufficio-riservati-aperti = I dati riservati sono visibili. La lettura è stata registrata.
ufficio-riservati-chiudi = Nascondi i dati riservati
ufficio-riservato = dato protetto: ogni lettura è registrata
ufficio-allegato-virus = In un allegato c’era un virus: è stato eliminato e chi ha fatto la domanda è stato avvisato.
ufficio-allegato-non-controllato-titolo = Un allegato non ancora controllato
ufficio-allegato-non-controllato = Il controllo antivirus di questo allegato non è ancora finito: di solito bastano pochi secondi. Se lo apri adesso può contenere un virus. L’apertura è registrata.
ufficio-allegato-comunque = Scaricalo comunque
ufficio-allegato-titolo = Scarica un allegato protetto
ufficio-allegato-testo = La lettura dell’allegato della pratica { $numero } è registrata con il motivo.
ufficio-allegato-scarica = Scarica l’allegato
ufficio-codice-manca = Manca il codice fiscale dell’alunno
ufficio-codice-manca-testo = Chi ha presentato la domanda non lo aveva ancora. Senza codice le presenze della scuola non trovano l’alunno.
ufficio-codice = Codice fiscale dell’alunno
ufficio-codice-aiuto = Copialo dalla tessera sanitaria. La domanda inviata non cambia.
ufficio-codice-salva = Salva il codice fiscale
ufficio-codice-scritto = codice fiscale, scritto dall’ufficio
ufficio-codice-errato = Controlla il codice fiscale: manca o è sbagliato un carattere
ufficio-codice-di-altri = C’è già un alunno con questo codice fiscale. Controlla le due iscrizioni: non abbiamo salvato nulla
ufficio-decisione = Decisione
ufficio-prendi = Prendi in carico
ufficio-prendi-testo = La pratica passa a te e il cittadino la vede «In lavorazione». Poi puoi accoglierla o respingerla.
ufficio-motivo = Motivo
ufficio-motivo-chi = (lo legge il cittadino)
ufficio-motivo-aiuto = Serve per respingere o accogliere in parte. Al massimo 2.000 caratteri.
ufficio-motivo-manca = Scrivi il motivo per respingere: lo legge il cittadino
ufficio-motivo-lungo = Accorcia il motivo: al massimo 2.000 caratteri
ufficio-motivo-lettura-manca = Scrivi perché ti servono i dati, con almeno 5 caratteri
ufficio-accogli = Accogli
ufficio-respingi = Respingi
ufficio-motivo-serve = Scrivi il motivo: lo legge il cittadino
ufficio-accogli-parte = Accogli in parte
ufficio-parte-effetti = Se accogli in parte, applica anche quello che la domanda cambia
ufficio-lista = Metti in lista d’attesa
ufficio-posto-manca = Non c’è ancora un posto libero per questa domanda
ufficio-annulla-titolo = Annulla la pratica
ufficio-annulla-testo = La pratica finisce qui: nessuno la esamina più e il cittadino legge il motivo. Non si può tornare indietro.
ufficio-annulla-conferma = Annulla la pratica
ufficio-annulla-modello = La pratica è annullata perché:
ufficio-non-decidi = Il tuo ruolo non può decidere questa pratica.
ufficio-deciso-motivo = Motivo della decisione
ufficio-cronologia = Cronologia
ufficio-problema = C’è un problema
ufficio-errore = Errore:

# Cambiata nel frattempo
ufficio-cambiata-titolo = La pratica nel frattempo è cambiata
ufficio-cambiata-testo = Qualcuno ha salvato la pratica { $numero } dopo che l’hai aperta. Non abbiamo cambiato nulla.
ufficio-cambiata-passo = Ultimo passo: { $passo }
ufficio-cambiata-motivo = Il testo che avevi scritto
ufficio-cambiata-riapri = Apri la pratica com’è ora
ufficio-non-ora-titolo = Non è più possibile
ufficio-non-ora-testo = Lo stato della pratica { $numero } non permette più questa operazione.

# Chiedere di completare una pratica
integrazioni-titolo = Chiedi di completare
integrazioni-testo = Il termine si ferma fino alla risposta, al massimo 30 giorni. Si può chiedere una volta sola.
integrazioni-motivo = Che cosa manca
integrazioni-motivo-aiuto = Al massimo 2.000 caratteri.
integrazioni-motivo-manca = Scrivi che cosa manca: lo legge il cittadino
integrazioni-domande = Di quali domande si tratta
integrazioni-domande-aiuto = Il cittadino può correggere solo le risposte a queste domande. Quelle di prima restano scritte nella pratica. Per un documento che manca scegli anche la domanda da cui dipende. A ciò che non può cambiare risponde a parole.
integrazioni-domande-manca = Scegli almeno una domanda
integrazioni-chiedi = Chiedi al cittadino
integrazioni-indietro = Torna alla pratica
integrazioni-chiesto = Chiesto di completare
integrazioni-risposta = Risposta del cittadino
integrazioni-senza-risposta = Non è arrivata nessuna risposta.
integrazioni-attesa = Il cittadino può rispondere entro il { $data }.

# Preavviso di rigetto
preavviso-titolo = Preavviso di rigetto
preavviso-testo = Prima di respingere scrivi i motivi: il cittadino ha dieci giorni per rispondere. Il termine intanto si ferma. Si può dare una volta sola.
preavviso-motivo = Motivi che impediscono di accogliere la domanda
preavviso-motivo-manca = Scrivi i motivi: li legge il cittadino
preavviso-modello = La domanda non può essere accolta per questi motivi:
preavviso-invia = Invia il preavviso
preavviso-dato = Preavviso di rigetto
preavviso-attesa = Il cittadino può rispondere entro il { $data }.
preavviso-senza-osservazioni = Non è arrivata nessuna osservazione.
preavviso-osservazioni = Osservazioni del cittadino
preavviso-risposta = Risposta alle osservazioni
preavviso-risposta-aiuto = Serve per respingere. Al massimo 2.000 caratteri.
preavviso-risposta-manca = Scrivi perché le osservazioni non cambiano la decisione
preavviso-prima = Per respingere serve prima il preavviso di rigetto.
